/** Addresses that open what a measured row ran. */
import type {Answered} from "../measured/accuracy.js";
import {defaults, formatQuestion} from "./question.js";

/** The configuration of a row on the page that estimates one, on the tables that predicted it, without drafts. */
export function configurationLink({row, prediction: {predicted}}: Answered): string {
  const {system, backend, isl, osl} = row;
  const {model, version, configuration, quant, gpus, database} = predicted;
  const figures = database === "hybrid" ? "hybrid" : "";
  const question = {
    ...defaults,
    model,
    system,
    backend,
    isl,
    osl,
    gpus,
    database: figures,
    pick: configuration
  } as const;
  const tables = database === "calibrated" ? "" : version;
  const types = new URLSearchParams({
    ...(quant.gemm && {gemm: quant.gemm}),
    ...(quant.moe && {moe: quant.moe}),
    nextn: "0"
  });
  return `./configuration.html${formatQuestion({...question, version: tables})}&${types.toString()}`;
}
