/** The list of searches that are compared: what each has otherwise, and where more come from. */
import type {Compared as Found} from "../search/comparing.js";
import type {SiteData} from "../search/site.js";
import {reasonWords} from "../words.js";
import {mostSearches, plainVariant, questionPart, rebased, variantQuestion} from "./comparison.js";
import type {Comparison, Drawn, Variant} from "./comparison.js";
import type {Entry, SavedFile} from "./comparison-entry.js";
import type {RunProgress} from "./comparison-runs.js";
import {differencesOf, variantNames} from "./difference.js";
import {differencePicker} from "./difference-picker.js";
import type {Change} from "./difference-picker.js";
import {announce, h} from "./dom.js";
import {dropDialog} from "./drop-dialog.js";
import type {Taken} from "./drop-dialog.js";
import {readDropped} from "./dropped-file.js";
import {backendWords, counted} from "./format.js";
import {keepFiles, keptFiles} from "./kept-file.js";
import {forgetSearch, onSavedSearches, savedSearches} from "./saved-search.js";
import {searchRow} from "./comparison-row.js";
import type {RowStatus} from "./comparison-row.js";
import type {ShortInputs} from "./short-inputs.js";
import {measuredVersions} from "./version.js";

export interface Compared {
  comparison: Comparison;
  /** Dropped fronts; a link does not carry them. */
  files: readonly SavedFile[];
}

export interface ComparisonInputs extends HTMLElement {
  value: Compared;
  /** How the chart is drawn: a line a mode, and on which scale. */
  draw(part: {drawn?: Drawn; log?: boolean}): void;
  /** Shows what is known of each search. */
  describe(entries: readonly Entry[], progress: RunProgress): void;
  dispose(): void;
}

/** `form` sets what is asked of all searches. */
export function comparisonInputs(site: SiteData, initial: Comparison, form: ShortInputs): ComparisonInputs {
  const {systems} = site;
  let comparison = initial;
  let files: readonly SavedFile[] = keptFiles();
  let varied = -1;
  /** By what is searched, so that they stay with their search while the list is edited. */
  const statuses = new Map<string, RowStatus>();
  const statusOf = (variant: Variant) => statuses.get(identityOf(variant)) ?? noStatus;

  const set = (next: Partial<Comparison>, nextFiles = files) => {
    comparison = {...comparison, ...next};
    if (next.base && next.base !== form.value) form.value = next.base;
    if (nextFiles !== files) keepFiles((files = nextFiles));
    refresh();
    announce(element);
  };
  const places = () => comparison.variants.length + files.length;
  const change = (at: number, part: Partial<Variant>) =>
    set({variants: comparison.variants.map((variant, i) => (i === at ? {...variant, ...part} : variant))});
  const changeFile = (at: number, part: Partial<SavedFile>) =>
    set(
      {},
      files.map((file, i) => (i === at ? {...file, ...part} : file))
    );
  const remove = (at: number) => {
    const {variants, against} = comparison;
    const next = against === at ? 0 : against > at ? against - 1 : against;
    varied = -1;
    if (at < variants.length) return set({variants: variants.filter((_, i) => i !== at), against: next});
    set(
      {against: next},
      files.filter((_, i) => i !== at - variants.length)
    );
  };
  const vary = (at: number, {part, settings}: Change) => {
    const variant = comparison.variants[at];
    change(at, {part: {...variant.part, ...part}, settings: {...variant.settings, ...settings}});
  };
  const withoutDifference = (at: number, key: string, isSetting: boolean) => {
    const {part, settings} = comparison.variants[at];
    const {[key as keyof typeof part]: _, ...otherPart} = part;
    const {[key]: __, ...otherSettings} = settings;
    change(at, isSetting ? {settings: otherSettings} : {part: otherPart});
  };
  /** Puts searches and files at the end; says how many, and what found no place. */
  const add = (variants: readonly Variant[], fronts: readonly SavedFile[], from = ""): string => {
    const room = mostSearches - places();
    const taken = variants.slice(0, Math.max(0, room));
    const takenFronts = fronts.slice(0, Math.max(0, room - taken.length));
    const left = variants.length + fronts.length - taken.length - takenFronts.length;
    const first = comparison.variants.length;
    if (taken.length + takenFronts.length > 0)
      set({variants: [...comparison.variants, ...taken]}, takenFronts.length > 0 ? [...files, ...takenFronts] : files);
    const count = taken.length + takenFronts.length;
    const full = left > 0 ? ` ${left} found no place: ${mostSearches} are compared at most, remove some first.` : "";
    const said = `Added ${count} ${count === 1 ? "search" : "searches"}${from && ` from ${from}`}.${full}`;
    note.replaceChildren(said, ...(taken.length > 0 && first > 0 ? [" ", onlyThese(first)] : []));
    return said;
  };
  const onlyThese = (first: number) =>
    h(
      "button",
      {
        type: "button",
        class: "kp-link",
        onclick: () => {
          const kept = comparison.variants.slice(first);
          note.replaceChildren("Those before are gone; going back in the browser brings them back.");
          set(rebased({...comparison, variants: kept, against: 0}, 0), []);
        }
      },
      "Show only these"
    );
  const take = async (text: string, file: string): Promise<Taken> => {
    const {variants, fronts, problems} = await readDropped(text, file, comparison.base, site);
    const brought = variants.length + fronts.length > 0;
    const hidden = {hidden: false};
    const said = brought ? add(variants, fronts.map((front) => ({...front, ...hidden})), file) : ""; // prettier-ignore
    return {said, problems};
  };

  const dialog = dropDialog(take);
  const rows = h("ol", {class: "kp-searches", "aria-label": "Searches that are compared"});
  const note = h("p", {class: "kp-hint kp-list-note", role: "status"});
  const shared = h("p", {class: "kp-hint"});
  const adder = differencePicker(site, {label: "New one differs in", action: "Add", key: "adder"}, (change) => {
    add([{...plainVariant, ...change}], []);
  });
  const fromFile = h("button", {type: "button", class: "kp-button", onclick: () => dialog.open()}, "From a file…");
  const saved = h("details", {class: "kp-more kp-saved"});
  const element = h(
    "section",
    {class: "kp-card kp-search-list", "aria-label": "Searches"},
    rows,
    adder,
    h("div", {class: "kp-row"}, fromFile, h("span", {class: "kp-hint"}, "YAML, CSV or config.json; or drop it here")),
    saved,
    note,
    shared,
    dialog.place
  );

  const versionNote = (variant: Variant): string => {
    const {version, system, backend} = variantQuestion(comparison.base, variant);
    const versions = measuredVersions(site.catalogue, system, backend);
    return version === "" || versions.length === 0 || versions.includes(version)
      ? ""
      : `No tables of ${backendWords[backend]} ${version} are here; its newest, ${versions[0]}, answers.`;
  };
  const refresh = () => {
    const names = variantNames(comparison, systems);
    const isFull = places() >= mostSearches;
    const searches = comparison.variants.map((variant, at) =>
      searchRow({
        slot: at,
        name: variant.name,
        shownName: names[at],
        hidden: variant.hidden,
        isAgainst: comparison.against === at,
        differences: differencesOf(comparison.base, variant, systems),
        note: versionNote(variant),
        status: statusOf(variant),
        picker: varied === at ? rowPicker(at) : undefined,
        isFull,
        on: {
          rename: (name) => change(at, {name}),
          hide: () => change(at, {hidden: !variant.hidden}),
          against: () => set({against: at}),
          duplicate: () =>
            set({
              variants: [
                ...comparison.variants.slice(0, at + 1),
                {...variant, name: ""},
                ...comparison.variants.slice(at + 1)
              ],
              against: comparison.against > at ? comparison.against + 1 : comparison.against
            }),
          vary: () => ((varied = varied === at ? -1 : at), refresh()),
          without: (key, isSetting) => withoutDifference(at, key, isSetting),
          remove: () => remove(at)
        }
      })
    );
    const dropped = files.map((file, i) => {
      const at = comparison.variants.length + i;
      return searchRow({
        slot: at,
        name: file.name,
        shownName: file.name,
        hidden: file.hidden,
        isAgainst: comparison.against === at,
        differences: [],
        note: `${file.about ? `${file.about}; ` : ""}${counted(file.points.length, "row")} of a file, drawn as they are. A link does not carry it.`,
        status: noStatus,
        isFull,
        on: {
          rename: (name) => changeFile(i, {name: name || "file"}),
          hide: () => changeFile(i, {hidden: !file.hidden}),
          against: () => set({against: at}),
          remove: () => remove(at)
        }
      });
    });
    keepingFocus(rows, [...searches, ...dropped]);
    adder.show(comparison.base);
    adder.hidden = isFull;
    fromFile.disabled = isFull;
    shared.textContent =
      files.length > 0 ? "The address carries every search but those of files; they stay in this tab." : "";
    fillSaved();
  };
  const rowPicker = (at: number) => {
    const picker = differencePicker(site, {label: "Differs in", action: "Set", key: `row${at}`}, (change) =>
      vary(at, change)
    );
    picker.show(variantQuestion(comparison.base, comparison.variants[at]));
    return picker;
  };
  const fillSaved = () => {
    const searches = savedSearches();
    const line = (search: (typeof searches)[number]) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "kp-link",
            disabled: places() >= mostSearches,
            onclick: () =>
              void add([{...plainVariant, name: search.name, part: questionPart(comparison.base, search.question)}], [])
          },
          search.name
        ),
        h(
          "button",
          {
            type: "button",
            class: "kp-link kp-quiet",
            "aria-label": `Forget ${search.name}`,
            onclick: () => (forgetSearch(search), fillSaved())
          },
          "forget"
        )
      );
    saved.replaceChildren(
      h("summary", {}, `Saved in this browser (${searches.length})`),
      searches.length > 0
        ? h("ul", {}, ...searches.map(line))
        : h("p", {class: "kp-hint"}, "None yet. The home page has a button “save to compare”.")
    );
  };
  const forgetListener = onSavedSearches(fillSaved);
  form.addEventListener("input", () => set({base: form.value}));
  const describe = (entries: readonly Entry[], progress: RunProgress) => {
    for (const entry of entries.slice(0, comparison.variants.length)) {
      const status = rowStatus(entry, progress);
      statuses.set(identityOf(comparison.variants[entry.slot]), status);
      const line = rows.children[entry.slot]?.querySelector(".kp-search-status");
      if (!line) continue;
      line.textContent = status.words;
      line.classList.toggle("kp-problem-text", status.isProblem);
    }
  };
  refresh();
  const draw: ComparisonInputs["draw"] = ({drawn = comparison.drawn, log = comparison.base.log}) =>
    set({drawn, base: {...comparison.base, log}});
  const dispose = () => (dialog.dispose(), forgetListener());
  return Object.defineProperty(Object.assign(element, {describe, draw, dispose}), "value", {
    get: () => ({comparison, files}),
    set: (next: Compared) => {
      comparison = next.comparison;
      form.value = comparison.base;
      if (next.files !== files) keepFiles((files = next.files));
      refresh();
    }
  }) as ComparisonInputs;
}

const noStatus: RowStatus = {words: "", isProblem: false};

const identityOf = ({part, settings}: Variant) => JSON.stringify([part, settings]);

function rowStatus(entry: Entry, {isStopped}: RunProgress): RowStatus {
  if (entry.error !== undefined) return {words: entry.error, isProblem: true};
  // What is under way is told above the chart; here it would come and go, and move the list.
  if (entry.isWaiting) return {words: isStopped ? "Not searched: stopped before." : "", isProblem: false};
  const {doubts = [], why} = entry.found ?? {};
  const empty = entry.found && entry.front.length === 0 ? [`Nothing to draw: ${whyWords(why)}.`] : [];
  return {words: [...empty, ...doubts.map((doubt) => `Doubtful: ${doubt}.`)].join(" "), isProblem: false};
}

/** `212 of 640 candidates have no perf data: no gemm table …`. */
function whyWords(why: Found["why"]): string {
  if (!why) return "no candidate could be tried";
  const {count, considered, reason, message} = why;
  return `${count} of ${considered} candidates ${reasonWords[reason]}${message ? `: ${message}` : ""}`;
}

/** Puts new rows in place of old ones; what had the focus has it still, if it is still there. */
function keepingFocus(list: HTMLElement, rows: readonly HTMLElement[]): void {
  const key = list.contains(document.activeElement) ? document.activeElement!.getAttribute("data-key") : null;
  list.replaceChildren(...rows);
  if (key) list.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}
