import type { Queue } from '../state/queue.svelte.ts';
import type { Shortcut } from '../state/shortcuts.svelte.ts';

export interface QueueActions {
  readonly queue: Queue;
  readonly move: (by: number, isExtending?: boolean) => void;
  readonly askDelete: () => void;
  readonly askNextTry: () => void;
}

/** The keys of the Queue view. */
export function queueShortcuts({ queue, move, askDelete, askNextTry }: QueueActions): readonly Shortcut[] {
  const group = 'Queue';
  return [
    { group, keys: ['j', 'ArrowDown'], what: 'Next message', run: move.bind(null, 1) },
    { group, keys: ['k', 'ArrowUp'], what: 'Previous message', run: move.bind(null, -1) },
    { group, keys: ['J', 'Shift+ArrowDown'], what: 'Select the next one too', run: move.bind(null, 1, true) },
    {
      group,
      keys: ['K', 'Shift+ArrowUp'],
      what: 'Select the previous one too',
      run: move.bind(null, -1, true),
    },
    {
      group,
      keys: ['Mod+a'],
      what: 'Select all',
      run: () => {
        queue.change((selection) => {
          selection.all();
        });
      },
    },
    { group, keys: ['f'], what: 'Flush: try now', run: () => void queue.act('flush') },
    { group, keys: ['h'], what: 'Hold', run: () => void queue.act('hold') },
    { group, keys: ['r'], what: 'Release', run: () => void queue.act('release') },
    { group, keys: ['t'], what: 'Set the next try', run: askNextTry },
    { group, keys: ['b'], what: 'Bounce: return to the sender now', run: () => void queue.act('bounce') },
    { group, keys: ['e', 'Delete', '#'], what: 'Delete from the queue', run: askDelete },
  ];
}
