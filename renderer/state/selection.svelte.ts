import type { MessageList } from './message-list.svelte.ts';

/**
 * The current row (which the keys move and the reader shows) and the set of selected rows, by id, so that neither
 * is lost when rows move. Without an explicit selection the current row is what actions work on.
 */
export class Selection {
  current = $state<number | undefined>();
  chosen = $state.raw<ReadonlySet<number>>(new Set());
  /** It stands for all that is listed, also what is not in memory. */
  isEverything = $state(false);
  /** All that was loaded then was selected at once. */
  isAll = $state(false);
  /** What actions work on. */
  readonly ids: ReadonlySet<number> = $derived.by(() => {
    if (this.chosen.size > 0) return this.chosen;
    return new Set(this.current === undefined ? [] : [this.current]);
  });
  readonly #list: MessageList;
  #anchor: number | undefined;

  constructor(list: MessageList) {
    this.#list = list;
  }

  isSelected(id: number): boolean {
    return this.ids.has(id);
  }

  clear(): void {
    this.chosen = new Set();
    this.isAll = this.isEverything = false;
    this.#anchor = this.current;
  }

  reset(current?: number): void {
    this.current = current;
    this.clear();
  }

  /** Ctrl+click: in or out of the selection. */
  toggle(id: number): void {
    const chosen = new Set(this.ids);
    if (!chosen.delete(id)) chosen.add(id);
    this.current = id;
    this.#anchor = id;
    this.isAll = this.isEverything = false;
    this.chosen = chosen;
  }

  /** Shift+click: everything between the anchor and this row, as far as it is in memory. */
  extendTo(id: number): void {
    const anchor = this.#list.indexOf(this.#anchor ?? this.current ?? id);
    const target = this.#list.indexOf(id);
    const chosen = new Set<number>();
    for (let index = Math.min(anchor, target); index <= Math.max(anchor, target); index++) {
      const row = this.#list.at(index);
      if (row !== undefined) chosen.add(row.id);
    }
    this.current = id;
    this.isAll = this.isEverything = false;
    this.chosen = chosen;
  }

  /** All that is loaded; the second time everything. */
  all(): void {
    const { rows } = this.#list.run;
    if (this.isAll) this.isEverything = true;
    this.isAll = true;
    this.chosen = new Set(rows.map((row) => row.id));
  }

  everything(): void {
    this.all();
    this.isEverything = true;
  }

  /** Moves the current row; answers its new index, or -1 when there is nothing to move to. */
  move(by: number, options: { readonly extend: boolean; readonly from: number }): number {
    const at = this.current === undefined ? -1 : this.#list.indexOf(this.current);
    const wanted = at === -1 ? options.from : at + by;
    const index = Math.max(0, Math.min(wanted, this.#list.total - 1));
    const row = this.#list.at(index);
    if (row === undefined) return -1;
    if (options.extend) this.extendTo(row.id);
    else this.reset(row.id);
    return index;
  }

  /** The row to go to when these are taken away: the next one, else the one before. */
  successor(gone: ReadonlySet<number>): number | undefined {
    const rows = this.#list.run.rows;
    const first = rows.findIndex((row) => gone.has(row.id));
    if (first === -1) return this.current;
    const after = rows.slice(first).find((row) => !gone.has(row.id));
    return after?.id ?? rows.slice(0, first).findLast((row) => !gone.has(row.id))?.id;
  }
}
