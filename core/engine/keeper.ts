/**
 * Keeps no more mail than is wanted: what was in the Bin for its days, and what is beyond the limits, is gone for good,
 * a few messages at a time with a pause between, so that mail which comes in never waits for it. Goes by the machine's
 * time: skipping time in the sandbox takes no mail away.
 */
import type { Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

export interface KeeperDependencies {
  readonly store: Pick<Store, 'mail' | 'desk' | 'onChange'>;
  /** The machine's. */
  readonly clock: Clock;
  /** Mail is coming in fast: everything else waits. */
  readonly isPressed: () => boolean;
  readonly onError: (error: unknown) => void;
}

export interface Keeper {
  start(): void;
  /** Looks now: the settings changed. */
  look(): void;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** Messages of one transaction: some 5 ms of the writer. */
const AT_ONCE = 50;
const PAUSE_MS = 20;
const PRESSED_PAUSE_MS = 500;
const LOOK_EVERY_MS = 10 * 60_000;
/** After mail came in, where its number or size is limited. */
const LOOK_AFTER_MAIL_MS = 5_000;

export function createKeeper({ store, clock, isPressed, onError }: KeeperDependencies): Keeper {
  const { mail, desk } = store;
  let isStopped = true;
  let isAsked = false;
  let work: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let cancelPause: (() => void) | undefined;
  let endListening: (() => void) | undefined;

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const end = clock.schedule(clock.now() + milliseconds, resolve);
      cancelPause = () => {
        end();
        resolve();
      };
    });

  /** Answers how many messages went. */
  async function takeSome(): Promise<number> {
    const { binDays, mostMessages, mostDays, mostBytes } = desk.keeping();
    const binned = mail.binnedBefore(clock.now() - binDays * DAY_MS, AT_ONCE);
    if (binned.length > 0) return (await mail.purge(binned)).length;
    const arrivedBefore = mostDays === null ? null : clock.now() - mostDays * DAY_MS;
    const beyond = mail.beyond({ mostMessages, arrivedBefore, mostBytes }, AT_ONCE);
    return beyond.length === 0 ? 0 : (await mail.expel(beyond)).length;
  }

  async function tidy(): Promise<void> {
    try {
      while (!isStopped && (isPressed() || (await takeSome()) > 0)) {
        await pause(isPressed() ? PRESSED_PAUSE_MS : PAUSE_MS);
      }
    } catch (error) {
      onError(error);
    }
  }

  function lookIn(milliseconds: number): void {
    cancel?.();
    cancel = clock.schedule(clock.now() + milliseconds, look);
  }

  /** A look is planned because of mail that came: no more mail has to ask for one. */
  let isMailSeen = false;

  function look(): void {
    if (isStopped) return;
    // It may have taken the place of the planned one.
    isMailSeen = false;
    if (work !== undefined) {
      isAsked = true;
      return;
    }
    isAsked = false;
    work = tidy().finally(() => {
      work = undefined;
      if (isAsked) look();
      else if (!isStopped && !isMailSeen) lookIn(LOOK_EVERY_MS);
    });
  }

  function onMail(): void {
    if (isMailSeen) return;
    const { mostMessages, mostBytes } = desk.keeping();
    if (mostMessages === null && mostBytes === null) return;
    isMailSeen = true;
    lookIn(LOOK_AFTER_MAIL_MS);
  }

  return {
    start() {
      isStopped = false;
      endListening = store.onChange(({ arrived }) => {
        if (arrived.length > 0) onMail();
      });
      lookIn(LOOK_AFTER_MAIL_MS);
    },
    look,
    async stop() {
      isStopped = true;
      endListening?.();
      cancel?.();
      cancelPause?.();
      await work;
    },
  };
}
