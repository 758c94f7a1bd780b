/** What the command palette offers and how words find it. Pure. */

export interface PaletteItem {
  /** Unique in the list. */
  readonly id: string;
  readonly label: string;
  /** What it is: shown beside the label, and found by words too. */
  readonly kind: string;
  /** The keys that do the same, as shortcuts name them. */
  readonly keys?: string;
  readonly run: () => void;
}

/** `>` in front asks for commands only. */
export interface PaletteWords {
  readonly isCommand: boolean;
  readonly text: string;
}

export function paletteWords(typed: string): PaletteWords {
  const isCommand = typed.trimStart().startsWith('>');
  return { isCommand, text: (isCommand ? typed.trimStart().slice(1) : typed).trim() };
}

/** A search for what is being typed: the last word may be the beginning of one. */
export const beginningOf = (text: string): string =>
  /(?:^|\s)[\p{L}\p{N}]{3,}$/u.test(text) ? `${text}*` : text;

const STARTS_LABEL = 8;
const STARTS_WORD = 4;
const IN_LABEL = 2;
const IN_KIND = 1;

function scoreOf({ label, kind }: PaletteItem, word: string): number {
  const text = label.toLowerCase();
  const at = text.indexOf(word);
  if (at === 0) return STARTS_LABEL;
  if (at > 0)
    return text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word)) ? STARTS_WORD : IN_LABEL;
  return kind.toLowerCase().includes(word) ? IN_KIND : 0;
}

/** Those that have every word, the best first; what fits equally well stays in its order. */
export function matching(items: readonly PaletteItem[], text: string): readonly PaletteItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return items
    .map((item) => ({ item, scores: words.map((word) => scoreOf(item, word)) }))
    .filter(({ scores }) => scores.every((score) => score > 0))
    .map(({ item, scores }) => ({ item, score: scores.reduce((sum, score) => sum + score, 0) }))
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}
