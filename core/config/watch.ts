/** Notices that an editor, or another program, changed a file of the configuration folder. */
import { watch } from 'node:fs';
import type { Clock } from '../util/clock.ts';

export interface ConfigWatch {
  close(): void;
}

export interface WatchDeps {
  readonly directory: string;
  readonly clock: Clock;
  /** Gets the base names of what changed, a moment after the last change. */
  readonly onChange: (files: readonly string[]) => void;
  /** The folder cannot be watched (any more). */
  readonly onError?: (error: Error) => void;
  /** How long nothing must change before onChange; editors write a file in several steps. */
  readonly quietMs?: number;
}

const DEFAULT_QUIET_MS = 200;

/** Watches the files of the folder, not its subfolders. Drafts of editors and of postconf are left out. */
export function watchConfig(deps: WatchDeps): ConfigWatch {
  const { directory, clock, onChange, quietMs = DEFAULT_QUIET_MS } = deps;
  const changed = new Set<string>();
  let cancel: (() => void) | undefined;
  let isClosed = false;

  function report(): void {
    cancel = undefined;
    const files = [...changed].sort();
    changed.clear();
    if (!isClosed && files.length > 0) onChange(files);
  }

  const watcher = watch(directory, { persistent: false }, (_event, name) => {
    if (name === null || isDraft(name)) return;
    changed.add(name);
    cancel?.();
    cancel = clock.schedule(clock.now() + quietMs, report);
  });
  watcher.on('error', (error) => deps.onError?.(error));

  return {
    close() {
      isClosed = true;
      cancel?.();
      watcher.close();
    },
  };
}

/** `.main.cf.swp`, `main.cf~`, `#main.cf#`, `4913` (vim's test of the folder), `.postconf-...`. */
function isDraft(name: string): boolean {
  return /^[.#]|[~#]$|\.(swp|swx|tmp|lock)$|^4913$/.test(name);
}
