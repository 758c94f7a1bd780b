export const THEMES = ['auto', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];

const KEY = 'sandpost.theme';

export interface ThemeHost {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly prefersDark: { readonly current: boolean };
}

/** Light, dark, or as the system has it; remembered on this machine. */
export class Theme {
  choice = $state<ThemeChoice>('auto');
  readonly #host: ThemeHost;
  readonly effective: 'light' | 'dark' = $derived.by(() => {
    if (this.choice !== 'auto') return this.choice;
    return this.#host.prefersDark.current ? 'dark' : 'light';
  });

  constructor(host: ThemeHost) {
    this.#host = host;
    this.choice = THEMES.find((theme) => theme === host.storage.getItem(KEY)) ?? 'auto';
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    this.#host.storage.setItem(KEY, choice);
  }
}
