/** Everything that happens in one sandbox, told to whoever listens. Listeners are cheap; events.ts of the API merges. */
import type { EngineEvent } from '../api/engine.ts';

export interface EventSource {
  emit(event: EngineEvent): void;
  subscribe(listener: (event: EngineEvent) => void): () => void;
}

export function createEventSource(): EventSource {
  const listeners = new Set<(event: EngineEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
