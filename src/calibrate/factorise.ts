/** A matrix with holes as a mean row plus a product of two narrow matrices, by alternating least squares. */

/** Observed entries: row (site), column (cell) and value of each. */
export interface Entries {
  sites: number;
  cells: number;
  site: Int32Array;
  cell: Int32Array;
  value: Float64Array;
}

export interface Factors {
  /** cells. */
  mean: Float64Array;
  /** sites × rank. */
  coefficients: Float64Array;
  /** cells × rank; columns orthogonal, of root mean square 1. */
  basis: Float64Array;
}

/** Sweeps over both factors; the last `robustSweeps` weigh entries by how well they fit, so that half of them fit well. */
const sweeps = 12;
const robustSweeps = 4;
/** ln units: entries nearer than this count fully, farther ones in inverse proportion. */
const robustScale = 0.03;
/** Pulls coefficients to 0, so that a site with few entries stays near the mean curve. */
const ridge = 0.02;

export class Factorisation {
  private readonly bySite: Groups;
  private readonly byCell: Groups;
  private readonly weight: Float64Array;
  readonly mean: Float64Array;

  constructor(private readonly entries: Entries) {
    const {site, cell, value, sites, cells} = entries;
    this.bySite = grouped(site, sites);
    this.byCell = grouped(cell, cells);
    this.weight = new Float64Array(value.length).fill(1);
    this.mean = new Float64Array(cells);
    const count = new Float64Array(cells);
    value.forEach((v, i) => {
      this.mean[cell[i]] += v;
      ++count[cell[i]];
    });
    for (let c = 0; c < cells; ++c) this.mean[c] /= count[c];
  }

  factorise(rank: number): Factors {
    const {sites, cells} = this.entries;
    const coefficients = new Float64Array(sites * rank);
    const basis = startingBasis(cells, rank);
    this.weight.fill(1);
    for (let sweep = 0; sweep < sweeps; ++sweep) {
      this.solveSites(coefficients, basis, rank);
      this.solve(this.byCell, this.entries.site, basis, coefficients, rank, this.mean);
      if (sweep >= sweeps - robustSweeps) this.reweigh(coefficients, basis, rank, this.mean);
    }
    orthogonalise(basis, cells, rank);
    this.solveSites(coefficients, basis, rank);
    this.sortByEnergy(coefficients, basis, rank);
    return {mean: this.mean, coefficients, basis};
  }

  /** Best coefficients for a basis and mean as given, with the weights of the last factorisation. */
  solveSites(coefficients: Float64Array, basis: Float64Array, rank: number, mean = this.mean): void {
    this.solve(this.bySite, this.entries.cell, coefficients, basis, rank, mean);
  }

  private solve(
    {start, order}: Groups,
    other: Int32Array,
    unknown: Float64Array,
    known: Float64Array,
    rank: number,
    mean: Float64Array
  ): void {
    const {value, cell} = this.entries;
    const matrix = new Float64Array(rank * rank);
    const right = new Float64Array(rank);
    for (let group = 0; group + 1 < start.length; ++group) {
      matrix.fill(0);
      right.fill(0);
      for (let at = start[group]; at < start[group + 1]; ++at) {
        const i = order[at];
        const from = other[i] * rank;
        const left = value[i] - mean[cell[i]];
        for (let j = 0; j < rank; ++j) {
          const weighted = known[from + j] * this.weight[i];
          right[j] += weighted * left;
          for (let k = 0; k <= j; ++k) matrix[j * rank + k] += weighted * known[from + k];
        }
      }
      for (let j = 0; j < rank; ++j) matrix[j * rank + j] += ridge;
      solveCholesky(matrix, right, rank);
      unknown.set(right, group * rank);
    }
  }

  private reweigh(coefficients: Float64Array, basis: Float64Array, rank: number, mean: Float64Array): void {
    const {value, site, cell} = this.entries;
    for (let i = 0; i < value.length; ++i) {
      let left = value[i] - mean[cell[i]];
      for (let j = 0; j < rank; ++j) left -= coefficients[site[i] * rank + j] * basis[cell[i] * rank + j];
      this.weight[i] = robustScale / Math.max(Math.abs(left), robustScale);
    }
  }

  /** Columns that matter most first. */
  private sortByEnergy(coefficients: Float64Array, basis: Float64Array, rank: number): void {
    const energy = Array.from({length: rank}, (_, j) => {
      let sum = 0;
      for (let at = j; at < coefficients.length; at += rank) sum += coefficients[at] ** 2;
      return sum;
    });
    const order = energy.map((_, j) => j).sort((a, b) => energy[b] - energy[a]);
    for (const matrix of [coefficients, basis])
      for (let at = 0; at < matrix.length; at += rank)
        matrix.set(
          order.map((j) => matrix[at + j]),
          at
        );
  }
}

interface Groups {
  start: Int32Array;
  order: Int32Array;
}

function grouped(of: Int32Array, count: number): Groups {
  const start = new Int32Array(count + 1);
  for (const group of of) ++start[group + 1];
  for (let i = 0; i < count; ++i) start[i + 1] += start[i];
  const next = start.slice();
  const order = new Int32Array(of.length);
  of.forEach((group, i) => (order[next[group]++] = i));
  return {start, order};
}

/** A constant, then fixed pseudo-random columns: every run starts, and so ends, alike. */
function startingBasis(cells: number, rank: number): Float64Array {
  let state = 12345;
  const random = () => (state = (state * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff - 0.5;
  return Float64Array.from({length: cells * rank}, (_, i) => (i % rank === 0 ? 1 : random()));
}

function orthogonalise(basis: Float64Array, cells: number, rank: number): void {
  const dot = (j: number, k: number) => {
    let sum = 0;
    for (let c = 0; c < cells; ++c) sum += basis[c * rank + j] * basis[c * rank + k];
    return sum / cells;
  };
  for (let j = 0; j < rank; ++j) {
    for (let k = 0; k < j; ++k) {
      const along = dot(j, k);
      for (let c = 0; c < cells; ++c) basis[c * rank + j] -= along * basis[c * rank + k];
    }
    const size = Math.sqrt(dot(j, j)) || 1;
    for (let c = 0; c < cells; ++c) basis[c * rank + j] /= size;
  }
}

/** Solves in place a symmetric positive definite system, of which the lower triangle is given. */
function solveCholesky(matrix: Float64Array, right: Float64Array, n: number): void {
  for (let j = 0; j < n; ++j) {
    let pivot = matrix[j * n + j];
    for (let k = 0; k < j; ++k) pivot -= matrix[j * n + k] ** 2;
    matrix[j * n + j] = pivot = Math.sqrt(Math.max(pivot, 1e-12));
    for (let i = j + 1; i < n; ++i) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; ++k) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = sum / pivot;
    }
  }
  for (let i = 0; i < n; ++i) {
    for (let k = 0; k < i; ++k) right[i] -= matrix[i * n + k] * right[k];
    right[i] /= matrix[i * n + i];
  }
  for (let i = n - 1; i >= 0; --i) {
    for (let k = i + 1; k < n; ++k) right[i] -= matrix[k * n + i] * right[k];
    right[i] /= matrix[i * n + i];
  }
}
