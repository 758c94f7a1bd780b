/** How keys are written for people. */
const SIGNS: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  Escape: 'Esc',
};

const isMac = (): boolean => typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

/** `Mod+k` and `g a`, one sign for each key. */
export const keySigns = (keys: string): readonly string[] =>
  keys.split(/[ +]/).map((key) => (key === 'Mod' ? (isMac() ? '⌘' : 'Ctrl') : (SIGNS[key] ?? key)));
