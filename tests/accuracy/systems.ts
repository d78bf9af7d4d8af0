/**
 * Leave-one-system-out: how well each measured system is predicted from another. `npm run accuracy:systems`, after
 * `npm run import`; about two minutes. Writes docs/accuracy-systems.md and the engine's figures, engine/accuracy/donor-study.ts.
 * Deterministic: the same tables give the same files. `--dry` prints and writes nothing.
 */
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {format, resolveConfig} from "prettier";
import {relations} from "../../engine/donor.js";
import type {Relation} from "../../engine/donor.js";
import {openData} from "../../src/cli/data.js";
import {estimateErrors} from "./systems/estimates.js";
import type {EstimateErrors} from "./systems/estimates.js";
import {errorOf, fit, meanBand, utilisationKept} from "./systems/fit.js";
import type {TargetRows, Waiting} from "./systems/fit.js";
import {pairsOf} from "./systems/pairs.js";
import type {Pair} from "./systems/pairs.js";
import {engineModule, markdown} from "./systems/report.js";
import type {Study} from "./systems/report.js";
import {rowGroups, studiedKinds} from "./systems/rows.js";
import type {Row} from "./systems/rows.js";

interface Sample extends Pick<Pair, "relation"> {
  target: string;
  donor: string;
  kind: string;
  dtype: string;
  rows: Row[];
}

const root = join(import.meta.dirname, "../..");
const data = openData();
const pairs = pairsOf(data);
if (pairs.length === 0)
  throw new Error("nothing to compare: fewer than two systems are imported; npm run import -- DIR");

const samples: Sample[] = [];
const whole: Study["estimates"] = [];
let impossible = 0;
for (const pair of pairs) {
  const ids = {target: pair.target.id, donor: pair.donor.id, relation: pair.relation};
  for (const {kind, dtype, rows, impossible: dropped} of await rowGroups(data, pair)) {
    samples.push({...ids, kind, dtype, rows});
    impossible += dropped;
  }
  addErrors(ids, await estimateErrors(data, pair));
}

const study: Study = {
  fits: Object.fromEntries(relations.map((relation) => [relation, fitsOf(relation)])) as Study["fits"],
  byDtype: [],
  byPair: [],
  estimates: whole,
  impossible
};
for (const kind of studiedKinds) {
  const [fit, other] = [study.fits.design[kind], study.fits.line[kind]];
  if (fit && other && !fit.tells)
    Object.assign(fit, {waitingShare: other.waitingShare, waitingCapMs: other.waitingCapMs});
}
study.byDtype = dtypesOf();
study.byPair = pairErrors();

const document = await formatted(markdown(study), "docs/accuracy-systems.md");
if (process.argv.includes("--dry")) console.log(document);
else {
  writeFileSync(join(root, "docs/accuracy-systems.md"), document);
  writeFileSync(
    join(root, "engine/accuracy/donor-study.ts"),
    await formatted(engineModule(study), "engine/accuracy/donor-study.ts")
  );
  console.log("docs/accuracy-systems.md and engine/accuracy/donor-study.ts written");
}

function fitsOf(relation: Relation): Study["fits"][Relation] {
  const fits = studiedKinds.map((kind) => [
    kind,
    fit(targetRows((each) => each.relation === relation && each.kind === kind))
  ]);
  return Object.fromEntries(fits.filter(([, found]) => found !== undefined)) as Study["fits"][Relation];
}

function targetRows(chosen: (sample: Sample) => boolean): TargetRows[] {
  const byTarget = new Map<string, Row[]>();
  for (const sample of samples.filter(chosen))
    byTarget.set(sample.target, [...(byTarget.get(sample.target) ?? []), ...sample.rows]);
  return [...byTarget].map(([target, rows]) => ({target, rows}));
}

function waitingOf(relation: Relation, kind: string): Waiting {
  return study.fits[relation][kind] ?? utilisationKept;
}

function dtypesOf(): Study["byDtype"] {
  const names = [...new Set(samples.map(({relation, kind, dtype}) => `${relation}|${kind}|${dtype}`))];
  const found = names.map((name) => {
    const [relation, kind, dtype] = name.split("|") as [Relation, string, string];
    const groups = targetRows((each) => each.relation === relation && each.kind === kind && each.dtype === dtype);
    const at = (waiting: Waiting) => meanBand(groups.map(({rows}) => errorOf(rows, waiting)));
    const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
    return {
      relation,
      kind,
      dtype,
      targets: groups.length,
      rows,
      plain: at(utilisationKept),
      error: at(waitingOf(relation, kind))
    };
  });
  const order = ({relation, kind}: (typeof found)[number]) =>
    100 * relations.indexOf(relation) + studiedKinds.indexOf(kind);
  return found.sort((a, b) => order(a) - order(b) || (a.dtype < b.dtype ? -1 : 1));
}

function pairErrors(): Study["byPair"] {
  const names = [...new Set(samples.map(({target, donor, relation}) => `${relation}|${target}|${donor}`))];
  const found = names.map((name) => {
    const [relation, target, donor] = name.split("|") as [Relation, string, string];
    const own = samples.filter((each) => each.relation === relation && each.target === target && each.donor === donor);
    const errors = studiedKinds.map((kind) => {
      const rows = own.filter((each) => each.kind === kind).flatMap((each) => each.rows);
      return [kind, rows.length > 0 ? errorOf(rows, waitingOf(relation, kind)) : undefined];
    });
    return {target, donor, relation, errors: Object.fromEntries(errors)};
  });
  return found.sort((a, b) => relations.indexOf(a.relation) - relations.indexOf(b.relation));
}

/** Adds the points of one backend to those of the others. */
function addErrors(ids: Omit<Study["estimates"][number], "errors">, errors: EstimateErrors[]): void {
  const same = ({target, donor, relation}: typeof ids) =>
    target === ids.target && donor === ids.donor && relation === ids.relation;
  let known = whole.find(same);
  if (!known) whole.push((known = {...ids, errors: []}));
  for (const each of errors) {
    const model = known.errors.find(({model}) => model === each.model);
    if (!model) known.errors.push(each);
    else {
      model.ttft.push(...each.ttft);
      model.tpot.push(...each.tpot);
    }
  }
}

async function formatted(text: string, file: string): Promise<string> {
  return format(text, {...(await resolveConfig(join(root, file))), filepath: file});
}
