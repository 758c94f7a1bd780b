/** How keys are written for people: as the system does it. */
const SIGNS: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  Escape: 'Esc',
  Mod: 'Ctrl',
};
const MAC_SIGNS: Readonly<Record<string, string>> = {
  ...SIGNS,
  Mod: '⌘',
  Shift: '⇧',
  Enter: '↩',
};

const onMac = (): boolean => typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

/** `Mod+k` and `g a`, one sign for each key. Of a letter its case tells `Shift`, unless it is pressed with another key. */
export function keySigns(keys: string, isMac = onMac()): readonly string[] {
  const signs = isMac ? MAC_SIGNS : SIGNS;
  const isChord = keys.startsWith('Mod+');
  return keys
    .split(/[ +]/)
    .map((key) => signs[key] ?? (isChord && key.length === 1 ? key.toUpperCase() : key));
}

/** The same in running text: `Ctrl K`, `⌘K`. */
export const keyWords = (keys: string, isMac = onMac()): string =>
  keySigns(keys, isMac).join(isMac ? '' : ' ');
