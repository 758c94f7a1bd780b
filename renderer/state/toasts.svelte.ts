import { explain } from './failure.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'info' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

const SHOWN_MS = 8_000;

/** Short notices at the bottom: what was done, with a way back, and what failed. */
export class Toasts {
  items = $state.raw<readonly Toast[]>([]);
  #last = 0;

  show(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
    const id = ++this.#last;
    this.items = [...this.items, { id, text, tone: 'info' as const, ...options }].slice(-3);
    setTimeout(() => {
      this.dismiss(id);
    }, SHOWN_MS);
  }

  dismiss(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** Does it, and says so when it fails. Answers whether it was done. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (cause) {
      this.show(explain(cause), { tone: 'bad' });
      return false;
    }
  }
}
