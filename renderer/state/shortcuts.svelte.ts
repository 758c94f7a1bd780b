import { untrack } from 'svelte';

/**
 * A key, or two after one another: `j`, `Shift+ArrowDown`, `g a`. `Mod` is Ctrl, or Command on a Mac. Without keys it is
 * a command of the palette only.
 */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly what: string;
  readonly group: string;
  readonly run: () => void;
  /** Works while a text field has the focus. */
  readonly inFields?: boolean;
}

const SEQUENCE_MS = 1_200;

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** `Shift` is named only where the sign does not say it: `?` stays `?`, `Mod+Shift+p` is not `Mod+p`. */
export function keyName(event: Pressed): string {
  const isSign = event.key.length === 1;
  const isMod = event.ctrlKey || event.metaKey;
  const key = isSign && isMod ? event.key.toLowerCase() : event.key;
  const mod = isMod ? 'Mod+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  const isLetter = /^[a-z]$/i.test(event.key);
  const shift = event.shiftKey && (!isSign || (isMod && isLetter)) ? 'Shift+' : '';
  return `${mod}${alt}${shift}${key === ' ' ? 'Space' : key}`;
}

/** The keys that work now. Views add theirs while they are shown. */
export class Shortcuts {
  #groups = $state.raw<readonly (readonly Shortcut[])[]>([]);
  #first = '';
  #firstAt = 0;
  /** The latest added comes first, so that a view can take a key over. */
  readonly all = $derived(this.#groups.toReversed().flat());

  /** Adds shortcuts; returns what takes them away. */
  add(shortcuts: readonly Shortcut[]): () => void {
    // Views add theirs in an effect, which must not run again for it.
    this.#groups = [...untrack(() => this.#groups), shortcuts];
    return () => {
      this.#groups = this.#groups.filter((group) => group !== shortcuts);
    };
  }

  /** Runs what the key stands for; answers whether there was something. `at`: ms, to tell a sequence from two keys. */
  press(event: Pressed, isInField: boolean, at: number): boolean {
    const name = keyName(event);
    const sequence = at - this.#firstAt < SEQUENCE_MS ? `${this.#first} ${name}` : name;
    this.#first = '';
    const usable = this.all.filter((shortcut) => !isInField || shortcut.inFields === true);
    const found =
      usable.find((shortcut) => shortcut.keys.includes(sequence)) ??
      usable.find((shortcut) => shortcut.keys.includes(name));
    if (found !== undefined) {
      found.run();
      return true;
    }
    if (usable.some((shortcut) => shortcut.keys.some((keys) => keys.startsWith(`${name} `)))) {
      this.#first = name;
      this.#firstAt = at;
    }
    return false;
  }
}
