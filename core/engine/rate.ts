/** How many things happened per second, over the last ten seconds. */
const SECONDS = 10;

export interface Rate {
  count(): void;
  perSecond(): number;
}

export function createRate(now: () => number): Rate {
  const slots = new Map<number, number>();
  const second = () => Math.floor(now() / 1000);
  return {
    count() {
      const at = second();
      slots.set(at, (slots.get(at) ?? 0) + 1);
      if (slots.size > SECONDS) for (const old of slots.keys()) if (old <= at - SECONDS) slots.delete(old);
    },
    perSecond() {
      const oldest = second() - SECONDS;
      let sum = 0;
      for (const [at, count] of slots) if (at > oldest) sum += count;
      return sum / SECONDS;
    },
  };
}
