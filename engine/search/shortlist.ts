/**
 * Which deployments to simulate, and in what order: guesses are corrected as those near by turned out, and whatever could
 * still be on the front is simulated, what adds most to it first.
 */

/** Logarithms: of tokens/s/user (or requests by their time), of tokens/s/GPU, of the ms that are limited. */
export interface LogFigures {
  speed: number;
  rate: number;
  late: number;
}

export interface Option {
  /** Options whose figures differ from guesses alike: those of one worker, or of one pair of them. */
  family: string;
  /** Those of one engine launch, of which more users wait longer for their first token. */
  series: string;
  users: number;
  /** By formula. */
  rough: LogFigures;
  /** By balance, worked out when it is first asked for; null where it cannot run. */
  guess: () => LogFigures | null;
}

export interface ShortlistOptions {
  /** What may not be exceeded, and the speed that is wanted; as logarithms. */
  limit: number;
  pace: number;
  /** Options that cannot be better than a known one by more than this, as a logarithm, are left out. */
  tolerance: number;
  /** Leaves none out. */
  exhaustive: boolean;
}

/** How far beyond its estimate an option may turn out, as logarithms: by where the nearest known ones are. */
const slack = {
  /** Between two of its series, beyond either of them: and a share of what these differ by. */
  between: 0.02,
  disagreement: 0.25,
  /** Beyond the first or last of its series, and for each doubling of users to it. */
  beyond: 0.03,
  beyondPerDoubling: 0.08,
  /** Of its family. */
  family: 0.05,
  familyPerDoubling: 0.08,
  /** None of the family is known; or nothing but what formulas say. */
  unknown: 0.3,
  rough: 0.5
};

/** How much sooner than estimated a first token may come. */
const lateSlack = {series: 0.5, family: 0.7, unknown: 0.5};

/** Guesses leave out how requests crowd: those that were this much later, or more, say nothing of fewer users. */
const mostLate = 0.4;

/** First tokens this much over their limit are late for more users too, whatever chance does. */
const farBeyond = Math.log(1.5);

/** Where none that is fast enough is known, one that may be is worth as much. */
const firstFast = 1;

/** What could be gained, beside what is expected to be. */
const hope = 0.1;

interface State<T> {
  option: T;
  logUsers: number;
  guess: LogFigures;
  isReady: boolean;
  /** Found by simulation, beyond the guess. */
  beyond?: LogFigures;
  isInTime: boolean;
  /** Corrected as its neighbours turned out; what it could be better by; the least that it can be late. */
  expected: LogFigures;
  slack: {speed: number; rate: number};
  soonest: number;
  /** Better than each known one by at least this in one figure: expected, and at best. */
  gain: number;
  mostGain: number;
}

export class Shortlist<T extends Option> {
  private readonly waiting: Set<State<T>>;
  private readonly series: Map<string, State<T>[]>;
  private readonly families: Map<string, State<T>[]>;
  private readonly front: {speed: number; rate: number}[] = [];
  /** Highest rate of what is fast enough. */
  private bestFast = -Infinity;
  /** What simulations found beyond formulas, on average. */
  private readonly formulaShift = {speed: 0, rate: 0, count: 0};
  private last: State<T> | undefined;
  /** Whether nothing is left to simulate. */
  isOver = false;
  /** How many could still be on the front, as far as is known. */
  left = 0;

  constructor(
    options: readonly T[],
    private readonly settings: ShortlistOptions
  ) {
    const states = options.map(newState).sort((a, b) => a.logUsers - b.logUsers);
    this.waiting = new Set(states);
    this.series = grouped(states, ({option}) => option.series);
    this.families = grouped(states, ({option}) => option.family);
    for (const state of states) this.estimate(state);
  }

  next(): T | undefined {
    const next = this.settings.exhaustive ? this.firstThatRuns() : this.promising();
    if (next) this.waiting.delete(next);
    else this.isOver = true;
    return (this.last = next)?.option;
  }

  /** What the option that came last turned out to be. */
  learn(found: LogFigures): void {
    const {last, settings, waiting} = this;
    if (!last || settings.exhaustive) return;
    const {option, guess} = last;
    last.beyond = minus(found, guess);
    last.isInTime = found.late <= settings.limit;
    const {rough} = option;
    const shift = this.formulaShift;
    ++shift.count;
    shift.speed += (found.speed - rough.speed - shift.speed) / shift.count;
    shift.rate += (found.rate - rough.rate - shift.rate) / shift.count;
    if (last.isInTime) this.add(found);
    for (const state of waiting)
      if (!state.isReady || state.option.family === option.family) this.estimate(state);
      else if (last.isInTime) weigh(state, found);
    if (found.late - settings.limit < farBeyond) return;
    for (const other of this.series.get(option.series)!) if (other.logUsers > last.logUsers) waiting.delete(other);
  }

  private add({speed, rate}: LogFigures): void {
    const {front, settings} = this;
    if (speed >= settings.pace && rate > this.bestFast) this.bestFast = rate;
    if (front.some((other) => other.speed >= speed && other.rate >= rate)) return;
    const kept = front.filter((other) => other.speed > speed || other.rate > rate);
    front.splice(0, front.length, ...kept, {speed, rate});
  }

  private firstThatRuns(): State<T> | undefined {
    for (const state of this.waiting) {
      if (state.option.guess()) return ((this.left = this.waiting.size - 1), state);
      this.waiting.delete(state);
    }
    return undefined;
  }

  private promising(): State<T> | undefined {
    for (;;) {
      const best = this.mostPromising();
      if (!best || best.isReady) return best && this.bracketing(best);
      this.prepare(best.option.family);
    }
  }

  /** Guesses for a family, of which there were formulas' figures alone. */
  private prepare(family: string): void {
    for (const state of this.families.get(family)!) {
      const guess = state.option.guess();
      state.isReady = true;
      if (guess) this.estimate(Object.assign(state, {guess}));
      else this.waiting.delete(state);
    }
  }

  private mostPromising(): State<T> | undefined {
    const {limit, tolerance, pace} = this.settings;
    let [best, most] = [undefined as State<T> | undefined, -Infinity];
    this.left = 0;
    for (const state of this.waiting) {
      const {expected, slack} = state;
      let {gain, mostGain} = state;
      if (expected.speed + slack.speed >= pace) {
        const faster = this.bestFast === -Infinity ? firstFast : expected.rate - this.bestFast;
        if (expected.speed >= pace) gain = Math.max(gain, faster);
        mostGain = Math.max(mostGain, faster + slack.rate);
      }
      if (state.soonest > limit || mostGain <= tolerance) continue;
      ++this.left;
      const isLikely = !state.isReady || expected.late <= limit;
      const worth = (isLikely ? Math.max(0, gain) : 0) + hope * mostGain;
      if (worth > most) [best, most] = [state, worth];
    }
    return best;
  }

  /** The state, or one of its series with fewer users where none yet shows that so many may be in time. */
  private bracketing(state: State<T>): State<T> {
    const series = this.series.get(state.option.series)!;
    let inTime = -Infinity;
    let isKnown = false;
    for (const {beyond, isInTime, logUsers} of series) {
      if (!beyond) continue;
      isKnown = true;
      if (isInTime && logUsers <= state.logUsers) inTime = logUsers;
    }
    if (isKnown && state.soonest + 2 * lateSlack.series < this.settings.limit) return state;
    const between = series.filter(
      (other) => this.waiting.has(other) && other.logUsers > inTime && other.logUsers <= state.logUsers
    );
    return between[between.length >> 1] ?? state;
  }

  /** Corrects a guess as its nearest neighbours turned out. */
  private estimate(state: State<T>): void {
    const {option, logUsers} = state;
    if (!state.isReady) {
      const {speed, rate} = this.formulaShift;
      this.set(state, {speed, rate, late: 0}, {speed: slack.rough, rate: slack.rough}, Infinity);
      return;
    }
    const [below, above] = nearest(this.series.get(option.series)!, logUsers);
    if (below && above) {
      const span = above.logUsers - below.logUsers;
      const share = span > 0 ? (logUsers - below.logUsers) / span : 0.5;
      const beyond = mixed(below.beyond!, above.beyond!, share);
      const most = (key: "speed" | "rate") => {
        const [a, b] = [below.beyond![key], above.beyond![key]];
        return Math.max(a, b) - beyond[key] + slack.between + slack.disagreement * Math.abs(a - b);
      };
      const more = {speed: most("speed"), rate: most("rate")};
      const late = Math.min(below.beyond!.late, above.beyond!.late);
      this.set(state, {...beyond, late}, more, lateSlack.series);
      return;
    }
    const alone = below ?? above;
    const other = alone ?? closest(nearest(this.families.get(option.family)!, logUsers), logUsers);
    if (!other) {
      const more = {speed: slack.unknown, rate: slack.unknown};
      this.set(state, {speed: 0, rate: 0, late: 0}, more, lateSlack.unknown);
      return;
    }
    const doublings = Math.abs(other.logUsers - logUsers) / Math.LN2;
    const more = alone
      ? slack.beyond + slack.beyondPerDoubling * doublings
      : slack.family + slack.familyPerDoubling * doublings;
    const {speed, rate, late} = other.beyond!;
    const isSurely = alone !== undefined && other.logUsers <= logUsers;
    const beyond = {speed, rate, late: isSurely ? late : Math.min(late, mostLate)};
    this.set(state, beyond, {speed: more, rate: more}, alone ? lateSlack.series : lateSlack.family);
  }

  private set(state: State<T>, beyond: LogFigures, more: State<T>["slack"], sooner: number): void {
    const {guess} = state;
    const {expected} = state;
    expected.speed = guess.speed + beyond.speed;
    expected.rate = guess.rate + beyond.rate;
    expected.late = guess.late + beyond.late;
    state.slack = more;
    state.soonest = expected.late - sooner;
    state.gain = state.mostGain = Infinity;
    for (const known of this.front) weigh(state, known);
    // Before anything is known: whatever is both fast and cheap.
    const {speed, rate} = state.expected;
    if (this.front.length === 0) state.gain = state.mostGain = 1 + (speed + rate) / 100;
  }
}

function newState<T extends Option>(option: T): State<T> {
  return {
    option,
    logUsers: Math.log(option.users),
    guess: option.rough,
    isReady: false,
    isInTime: false,
    expected: {...option.rough},
    slack: {speed: 0, rate: 0},
    soonest: -Infinity,
    gain: Infinity,
    mostGain: Infinity
  };
}

/** Lowers the gains of a state to those over one more that is known. */
function weigh<T>(state: State<T>, known: {speed: number; rate: number}): void {
  const {expected, slack} = state;
  const [speed, rate] = [expected.speed - known.speed, expected.rate - known.rate];
  const gain = Math.max(speed, rate);
  const most = Math.max(speed + slack.speed, rate + slack.rate);
  if (gain < state.gain) state.gain = gain;
  if (most < state.mostGain) state.mostGain = most;
}

/** Of states by users, the known ones with the next fewer (or as many) and the next more. */
function nearest<T>(states: readonly State<T>[], logUsers: number): [State<T> | undefined, State<T> | undefined] {
  let [below, above] = [undefined as State<T> | undefined, undefined as State<T> | undefined];
  for (const state of states) {
    if (!state.beyond) continue;
    if (state.logUsers <= logUsers) below = state;
    if (state.logUsers >= logUsers) {
      above = state;
      break;
    }
  }
  return [below, above];
}

function closest<T>([below, above]: [State<T> | undefined, State<T> | undefined], logUsers: number) {
  if (!below || !above) return below ?? above;
  return logUsers - below.logUsers <= above.logUsers - logUsers ? below : above;
}

function minus(a: LogFigures, b: LogFigures): LogFigures {
  return {speed: a.speed - b.speed, rate: a.rate - b.rate, late: a.late - b.late};
}

function mixed(a: LogFigures, b: LogFigures, share: number): LogFigures {
  const between = (key: keyof LogFigures) => a[key] + (b[key] - a[key]) * share;
  return {speed: between("speed"), rate: between("rate"), late: between("late")};
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
