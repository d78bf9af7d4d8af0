/** Which choice was there before the one that is shown, for a comparison of their files. */
import type {DeployChoice} from "./deploy-files.js";

/** How long a choice must have been shown to have been one: a drag passes through many. */
const stoodMs = 1000;

/** Called with what is shown now, gives the last choice that stood before it; null when none did. */
export function choiceBefore(now = () => performance.now()): (choice: DeployChoice) => DeployChoice | null {
  let shown: {key: string; choice: DeployChoice; sinceMs: number} | undefined;
  let before: DeployChoice | null = null;
  return (choice) => {
    const key = choiceKey(choice);
    if (key === shown?.key) return before;
    if (shown && now() - shown.sinceMs >= stoodMs) before = shown.choice;
    shown = {key, choice, sinceMs: now()};
    return before;
  };
}

/** All that files are made from. */
export function choiceKey({plan, question, dynamo, engine}: DeployChoice): string {
  const {model, config, hfQuantConfig, gpu, isl, osl, prefix, images, imageSize, experts, balanced, expertSlots} =
    question;
  const asked = [
    model,
    config,
    hfQuantConfig,
    gpu,
    isl,
    osl,
    prefix,
    images,
    imageSize,
    experts,
    balanced,
    expertSlots
  ];
  return JSON.stringify([plan, asked, dynamo, engine]);
}
