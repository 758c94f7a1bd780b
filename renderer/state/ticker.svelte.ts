/** The time of day for texts such as `in 2 min`, renewed once a second. */
export class Ticker {
  now = $state(0);
  /** Midnight that began the day: changes once a day, so that lists showing times need not look every second. */
  readonly today: number = $derived(new Date(this.now).setHours(0, 0, 0, 0));
  readonly #read: () => number;

  constructor(read: () => number) {
    this.#read = read;
    this.now = read();
  }

  /** Returns what ends it. */
  start(): () => void {
    const timer = setInterval(() => {
      this.now = this.#read();
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }
}
