/** Values with weights, kept in ascending order; few of them. */
export class Votes {
  count = 0;
  private readonly values: Float64Array;
  private readonly weights: Float64Array;

  constructor(most: number) {
    this.values = new Float64Array(most);
    this.weights = new Float64Array(most);
  }

  clear(): void {
    this.count = 0;
  }

  add(value: number, weight: number): void {
    const {values, weights} = this;
    let i = this.count++;
    for (; i > 0 && values[i - 1] > value; --i) {
      values[i] = values[i - 1];
      weights[i] = weights[i - 1];
    }
    values[i] = value;
    weights[i] = weight;
  }

  /** The value that half of the weight does not exceed; NaN of none. */
  median(): number {
    let half = 0;
    for (let i = 0; i < this.count; ++i) half += this.weights[i] / 2;
    for (let i = 0; i < this.count; ++i) if ((half -= this.weights[i]) <= 0) return this.values[i];
    return NaN;
  }
}
