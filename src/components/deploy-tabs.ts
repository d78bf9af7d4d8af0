/** Files side by side, one shown: arrows, Home and End go through them. */
import {h} from "./dom.js";

export interface FileTab {
  path: string;
  /** It differs from the point chosen before. */
  changed: boolean;
}

export interface FileTabs extends HTMLDivElement {
  set(tabs: readonly FileTab[], chosen: string | undefined): void;
  /** Id of the chosen tab, which labels the panel. */
  labelId(): string;
}

const steps: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_at, count) => count - 1
};

/** `stem` begins the ids of tabs; `panelId` is what they show. */
export function fileTabs(stem: string, panelId: string, onpick: (path: string) => void): FileTabs {
  const list = h("div", {class: "kp-tabs", role: "tablist", "aria-label": "Files"});
  let buttons: HTMLButtonElement[] = [];
  let [paths, chosen]: [string, number] = ["", 0];
  list.addEventListener("keydown", (event) => {
    const to = steps[event.key]?.(chosen, buttons.length);
    if (to === undefined || buttons.length === 0) return;
    event.preventDefault();
    buttons[to].focus();
    buttons[to].click();
  });
  const rebuild = (tabs: readonly FileTab[]) => {
    const hadFocus = list.contains(document.activeElement);
    buttons = tabs.map(({path}, i) =>
      h(
        "button",
        {type: "button", role: "tab", id: `${stem}-${i}`, "aria-controls": panelId, onclick: () => onpick(path)},
        path
      )
    );
    list.replaceChildren(...buttons);
    return hadFocus;
  };
  const set = (tabs: readonly FileTab[], path: string | undefined) => {
    const key = JSON.stringify(tabs.map((tab) => tab.path));
    const isOther = key !== paths;
    const hadFocus = isOther && rebuild(tabs);
    const last = chosen;
    paths = key;
    chosen = Math.max(
      0,
      tabs.findIndex((tab) => tab.path === path)
    );
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === chosen));
      button.tabIndex = i === chosen ? 0 : -1;
      button.classList.toggle("kp-changed", tabs[i].changed);
      button.title = tabs[i].changed ? "differs from the point chosen before" : "";
    });
    if (hadFocus) buttons[chosen]?.focus({preventScroll: true});
    if (buttons[chosen] && (isOther || chosen !== last)) bringIntoView(list, buttons[chosen]);
  };
  return Object.assign(list, {set, labelId: () => `${stem}-${chosen}`});
}

/** Sideways alone: the page itself stays where it is. */
function bringIntoView(list: HTMLElement, tab: HTMLElement): void {
  const [left, right] = [tab.offsetLeft - list.offsetLeft, tab.offsetLeft - list.offsetLeft + tab.offsetWidth];
  if (left < list.scrollLeft) list.scrollLeft = left;
  else if (right > list.scrollLeft + list.clientWidth) list.scrollLeft = right - list.clientWidth;
}
