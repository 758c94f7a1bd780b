import type { QueueEntry } from '../../core/api/contract/queue.ts';

/** The current row of the queue and the selected ones, by queue id, so that neither is lost when rows move. */
export class QueueSelection {
  current = $state<string | undefined>();
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  /** What actions work on. */
  readonly ids: readonly string[] = $derived.by(() => {
    if (this.chosen.size > 0) return [...this.chosen];
    return this.current === undefined ? [] : [this.current];
  });
  readonly #rows: () => readonly QueueEntry[];
  #anchor: string | undefined;

  constructor(rows: () => readonly QueueEntry[]) {
    this.#rows = rows;
  }

  isSelected(queueId: string): boolean {
    return this.chosen.size === 0 ? queueId === this.current : this.chosen.has(queueId);
  }

  indexOf(queueId: string | undefined): number {
    return this.#rows().findIndex((entry) => entry.queueId === queueId);
  }

  select(queueId: string): void {
    this.current = queueId;
    this.chosen = new Set();
    this.#anchor = queueId;
  }

  toggle(queueId: string): void {
    const chosen = new Set(this.ids);
    if (!chosen.delete(queueId)) chosen.add(queueId);
    this.#anchor = queueId;
    this.current = queueId;
    this.chosen = chosen;
  }

  extendTo(queueId: string): void {
    const [anchor, target] = [this.indexOf(this.#anchor ?? queueId), this.indexOf(queueId)];
    const [from, to] = [Math.max(0, Math.min(anchor, target)), Math.max(anchor, target)];
    this.chosen = new Set(
      this.#rows()
        .slice(from, to + 1)
        .map((entry) => entry.queueId),
    );
    this.current = queueId;
  }

  all(): void {
    this.chosen = new Set(this.#rows().map((entry) => entry.queueId));
  }

  /** Moves the current row; answers its index, -1 in an empty queue. */
  move(by: number, isExtending: boolean): number {
    const rows = this.#rows();
    const index = Math.max(0, Math.min(this.indexOf(this.current) + by, rows.length - 1));
    const entry = rows[index];
    if (entry === undefined) return -1;
    if (isExtending) this.extendTo(entry.queueId);
    else this.select(entry.queueId);
    return index;
  }

  forgetGone(): void {
    const here = new Set(this.#rows().map((entry) => entry.queueId));
    if (this.current !== undefined && !here.has(this.current)) this.current = undefined;
    const chosen = [...this.chosen].filter((id) => here.has(id));
    if (chosen.length !== this.chosen.size) this.chosen = new Set(chosen);
  }
}
