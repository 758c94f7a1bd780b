/** Values that may have to be waited for: most tables answer at once, and then nothing here makes a promise. */
export type Maybe<T> = T | Promise<T>;

export function chain<A, B>(value: Maybe<A>, next: (value: A) => Maybe<B>): Maybe<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does something with each item in order. */
export function each<Item>(items: readonly Item[], act: (item: Item) => Maybe<void>): Maybe<void> {
  for (let i = 0; i < items.length; i++) {
    const work = act(items[i] as Item);
    if (work instanceof Promise) return goOn(work, items.slice(i + 1), act);
  }
}

async function goOn<Item>(
  work: Promise<void>,
  rest: readonly Item[],
  act: (item: Item) => Maybe<void>,
): Promise<void> {
  await work;
  for (const item of rest) await act(item);
}

/** Tries items in order; the first answer that is not undefined wins. */
export function firstAnswer<Item, Answer>(
  items: readonly Item[],
  attempt: (item: Item) => Maybe<Answer | undefined>,
  from = 0,
): Maybe<Answer | undefined> {
  for (let i = from; i < items.length; i++) {
    const answer = attempt(items[i] as Item);
    if (answer instanceof Promise) {
      return answer.then((value) => (value === undefined ? firstAnswer(items, attempt, i + 1) : value));
    }
    if (answer !== undefined) return answer;
  }
  return undefined;
}
