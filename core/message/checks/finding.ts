/** One thing that a check found. */
export interface Finding {
  /** `error`: it will not work; `warning`: it will not work everywhere, or not as meant; `note`: good to know. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** From 1, in the text that was checked. */
  readonly line?: number;
  /** The line, or the words of it that matter. */
  readonly excerpt?: string;
}

const LONGEST_EXCERPT = 160;

/** Where an offset of a text is: its line, from 1, and what stands there. */
export function createLocator(
  text: string,
): (offset: number) => { readonly line: number; readonly excerpt: string } {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    // A line of a megabyte is shown from where it matters.
    const from = offset - start > LONGEST_EXCERPT / 2 ? offset : start;
    const end = text.indexOf('\n', from);
    return {
      line: low + 1,
      excerpt: text.slice(from, Math.min(end < 0 ? text.length : end, from + LONGEST_EXCERPT)).trim(),
    };
  };
}
