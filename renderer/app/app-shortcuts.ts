import type { Place } from '../state/place.ts';
import type { ThemeChoice } from '../state/theme.svelte.ts';
import { EVERYWHERE } from '../state/palette.svelte.ts';
import type { Shortcut } from '../state/shortcuts.svelte.ts';

export interface AppActions {
  readonly go: (place: Place) => void;
  readonly find: () => void;
  readonly compose: () => void;
  readonly importMail: () => void;
  readonly exportMail: () => void;
  readonly showKeys: () => void;
  readonly showPalette: () => void;
  readonly showSettings: () => void;
  readonly showTour: () => void;
  readonly chooseTheme: (theme: ThemeChoice) => void;
}

/** The keys that work everywhere. */
export function appShortcuts(actions: AppActions): readonly Shortcut[] {
  const { go, find, compose, importMail, exportMail } = actions;
  const { showKeys, showPalette, showSettings, showTour, chooseTheme } = actions;
  const group = EVERYWHERE;
  return [
    { group, keys: ['Mod+k'], what: 'Search', inFields: true, run: find },
    { group, keys: ['/'], what: 'Search', run: find },
    { group, keys: ['>'], what: 'Commands, by name', run: showPalette },
    { group, keys: ['Mod+Shift+p'], what: 'Commands, by name', inFields: true, run: showPalette },
    { group, keys: ['c'], what: 'Compose a message', run: compose },
    { group, keys: ['I'], what: 'Import mail from files', run: importMail },
    { group, keys: ['E'], what: 'Export mail', run: exportMail },
    { group, keys: ['g a'], what: 'All mail', run: go.bind(null, { view: 'mail', shelf: { kind: 'all' } }) },
    { group, keys: ['g q'], what: 'Queue', run: go.bind(null, { view: 'queue' }) },
    { group, keys: ['g c'], what: 'Configuration', run: go.bind(null, { view: 'config' }) },
    { group, keys: ['g l'], what: 'Lab: dry runs', run: go.bind(null, { view: 'lab' }) },
    { group, keys: ['g o'], what: 'Log', run: go.bind(null, { view: 'log' }) },
    { group, keys: ['g s'], what: 'SMTP sessions', run: go.bind(null, { view: 'sessions' }) },
    { group, keys: ['?'], what: 'All keys', run: showKeys },
    { group, keys: ['Mod+,'], what: 'Settings', inFields: true, run: showSettings },
    { group, keys: [], what: 'Tour: the first mail', run: showTour },
    { group, keys: [], what: 'Theme: as the system', run: chooseTheme.bind(null, 'auto') },
    { group, keys: [], what: 'Theme: light', run: chooseTheme.bind(null, 'light') },
    { group, keys: [], what: 'Theme: dark', run: chooseTheme.bind(null, 'dark') },
  ];
}
