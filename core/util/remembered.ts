/**
 * A function of a text that remembers what it answered. When there are `most` answers all are forgotten: the same few
 * texts come again and again, and finding out which of them came last would cost more than asking once more.
 */
export function remembered<T>(most: number, find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const answer = known.get(text);
    if (answer !== undefined || known.has(text)) return answer as T;
    if (known.size >= most) known.clear();
    const found = find(text);
    known.set(text, found);
    return found;
  };
}
