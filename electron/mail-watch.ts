/** Follows the engine's events for what is outside of the windows: unread count, newest mail, what just came in. */
import type { SandpostClient } from '../core/api/client.ts';
import type { MessageRow } from '../core/api/contract/mail.ts';
import { seenAll, sift, WAIT_MS, type Seen } from '../core/mail/arrivals.ts';
import { createClock } from '../core/util/clock.ts';

export interface DeskMail {
  readonly unread: number;
  /** The newest first. */
  readonly recent: readonly MessageRow[];
}

export interface MailWatch {
  onChange(listener: (mail: DeskMail) => void): void;
  onArrival(listener: (came: readonly MessageRow[]) => void): void;
}

const LOOK_AFTER_MS = 300;
const LOOKED_AT = 50;

export function watchMail(client: SandpostClient): MailWatch {
  const clock = createClock();
  const changed: ((mail: DeskMail) => void)[] = [];
  const arrived: ((came: readonly MessageRow[]) => void)[] = [];
  let seen: Seen | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isAgain = false;

  async function look(): Promise<void> {
    const [{ messages }, { unread }] = await Promise.all([
      client.mail.list({ limit: LOOKED_AT }),
      client.mail.folders(),
    ]);
    for (const tell of changed) tell({ unread, recent: messages });
    if (seen === undefined) {
      seen = seenAll(messages);
      return;
    }
    const sifted = sift(seen, messages, clock.now());
    ({ seen } = sifted);
    if (sifted.came.length > 0) for (const tell of arrived) tell(sifted.came);
    if (seen.waiting.size > 0) later(WAIT_MS);
  }

  /** What happens meanwhile is looked at with it. */
  function later(ms: number): void {
    if (timer !== undefined) {
      isAgain = true;
      return;
    }
    timer = setTimeout(() => {
      // The engine may end at any time, and the app with it.
      void look()
        .catch(() => undefined)
        .finally(() => {
          timer = undefined;
          if (isAgain) later(LOOK_AFTER_MS);
          isAgain = false;
        });
    }, ms);
  }

  async function follow(): Promise<void> {
    const events = await client.sandbox.events({ log: 'news' });
    await look();
    for await (const { kind } of events) if (kind === 'mail') later(LOOK_AFTER_MS);
  }
  void follow().catch(() => undefined);

  return {
    onChange: (listener) => changed.push(listener),
    onArrival: (listener) => arrived.push(listener),
  };
}
