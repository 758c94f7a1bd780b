/** Collects what operations changed and tells it once per commit. */
import type { StoreChange } from './mail-store.ts';

export interface ChangeCollector {
  arrived(id: number): void;
  changed(ids: readonly number[]): void;
  /** The queue changed, and with it these messages' fates. */
  queue(ids: readonly number[]): void;
  /** Gone for good; none: names that messages carry changed. */
  purged(ids: readonly number[]): void;
  refused(): void;
  /** What the sidebar shows changed, and no message did. */
  sidebar(): void;
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Asks for `tell` when the promises of this commit have run. */
  tellSoon(): void;
}

/** `onTouched` learns of messages at once, the listeners a little later. */
export function createChangeCollector(onTouched: (ids: readonly number[]) => void): ChangeCollector {
  const listeners = new Set<(change: StoreChange) => void>();
  let arrived: number[] = [];
  let changed: number[] = [];
  let isPurged = false;
  let isQueueChanged = false;
  let isRefusalAdded = false;
  let isSidebarChanged = false;
  let isAsked = false;

  function tell(): void {
    isAsked = false;
    const isNothing =
      arrived.length + changed.length === 0 &&
      !isPurged &&
      !isQueueChanged &&
      !isRefusalAdded &&
      !isSidebarChanged;
    if (isNothing) return;
    const change: StoreChange = {
      arrived,
      changed,
      isPurged,
      isQueueChanged,
      isRefusalAdded,
      isSidebarChanged,
    };
    arrived = [];
    changed = [];
    isPurged = isQueueChanged = isRefusalAdded = isSidebarChanged = false;
    for (const listener of listeners) listener(change);
  }

  return {
    arrived(id) {
      onTouched([id]);
      arrived.push(id);
      isQueueChanged = true;
    },
    changed(ids) {
      onTouched(ids);
      for (const id of ids) changed.push(id);
    },
    queue(ids) {
      onTouched(ids);
      for (const id of ids) changed.push(id);
      isQueueChanged = true;
    },
    purged(ids) {
      onTouched(ids);
      isPurged = true;
    },
    refused() {
      isRefusalAdded = true;
    },
    sidebar() {
      isSidebarChanged = true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    tellSoon() {
      if (isAsked) return;
      isAsked = true;
      setImmediate(tell);
    },
  };
}
