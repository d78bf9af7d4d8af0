/** What a coverage map shows across, up and in colour, and the version a table is compared with. */
import {tables, type TableName, type TableSpec} from "../engine/schema.js";
import {announce, h} from "./dom.js";
import {mapColours, type MapColour} from "./quality-plot.js";
import {choice} from "./select.js";

export interface MapAxes {
  x: string;
  y: string;
  colour: MapColour;
  /** Empty: none. */
  older: string;
}

export interface MapAxesForm extends HTMLElement {
  value: MapAxes;
}

/** Starts with the innermost axis across and the next one up. */
export function mapAxes(table: TableName, versions: string[]): MapAxesForm {
  const {key, axes}: TableSpec = tables[table];
  const columns = [...key, ...axes];
  const axes_: MapAxes = {x: axes.at(-1)!, y: columns.at(-2) ?? axes.at(-1)!, colour: "rows", older: versions[0] ?? ""};
  const set = (part: Partial<MapAxes>) => (Object.assign(axes_, part), refresh(), announce(element));
  const option = (value: string) => ({value, label: value.replaceAll("_", " ")});
  const x = choice("Across", (value) => set({x: value}));
  const y = choice("Up", (value) => set({y: value}));
  const colour = choice("Colour", (value) => set({colour: value as MapColour}));
  const older = choice("Compared with", (value) => set({older: value}));
  const refresh = () => {
    x.set(columns.map(option), axes_.x);
    y.set(columns.map(option), axes_.y);
    colour.set(mapColours.map(option), axes_.colour);
    older.set(versions.length > 0 ? versions.map(option) : [{value: "", label: "no other version"}], axes_.older);
  };
  const element = h("div", {class: "kp-field kp-picker"}, x, y, colour, older);
  refresh();
  return Object.defineProperty(element, "value", {get: () => ({...axes_})}) as unknown as MapAxesForm;
}
