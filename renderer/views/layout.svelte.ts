import { MediaQuery } from 'svelte/reactivity';

/** Which panes fit beside each other. The same limits stand in the components' styles. */
const narrow = new MediaQuery('max-width: 799px');
const medium = new MediaQuery('max-width: 1079px');

export const layout = {
  /** One pane at a time. */
  get isNarrow(): boolean {
    return narrow.current;
  },
  /** List and reader, the sidebar folded away. */
  get isMedium(): boolean {
    return medium.current;
  },
};
