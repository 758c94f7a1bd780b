import { describe, expect, it } from 'vitest';
import type { Clock } from '../util/clock.ts';
import type { SandpostEvent } from './contract/sandbox.ts';
import { createEventHub } from './events.ts';
import { createFakeEngine, FAKE_STATUS } from './testing/fake-engine.ts';

/** Time that stands still until it is moved. */
function createTestClock(): Clock & { advance(milliseconds: number): void } {
  let now = 1_000_000;
  let waiting: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    schedule(at, run) {
      const entry = { at, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    advance(milliseconds) {
      now += milliseconds;
      const due = waiting.filter(({ at }) => at <= now);
      waiting = waiting.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}

/** Lets everything that can happen without time passing happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = createTestClock();
  const engine = createFakeEngine({ clock });
  const hub = createEventHub(engine);
  const told: SandpostEvent[] = [];
  const follow = () => {
    const events = hub.follow(undefined);
    void (async () => {
      for await (const event of events) told.push(event);
    })();
    return events;
  };
  return { clock, engine, hub, told, follow };
}

const mails = (told: readonly SandpostEvent[]) => told.filter((event) => event.kind === 'mail');

describe('live events', () => {
  it('tells of the first message at once, of a flood ten times a second, and leaves none out', async () => {
    const { clock, engine, told, follow } = setUp();
    follow();
    engine.emit({ kind: 'arrived', id: 1 });
    await settle();
    expect(mails(told)).toEqual([{ kind: 'mail', newest: 1, arrived: 1, changed: [], isComplete: true }]);
    // 2,000 messages in one second, each delivered right after.
    for (let id = 2; id <= 2001; id += 1) {
      engine.emit({ kind: 'arrived', id });
      engine.emit({ kind: 'changed', ids: [id] });
      if (id % 2 === 0) clock.advance(1);
      await settle();
    }
    clock.advance(100);
    await settle();
    expect(mails(told).length).toBeLessThanOrEqual(12);
    expect(mails(told).reduce((sum, { arrived }) => sum + arrived, 0)).toBe(2001);
    expect(mails(told).at(-1)?.newest).toBe(2001);
  });

  it('lists at most 500 changed rows, and says when that is not all', async () => {
    const { engine, told, follow } = setUp();
    follow();
    engine.emit({ kind: 'changed', ids: Array.from({ length: 501 }, (_, i) => i + 1) });
    await settle();
    expect(mails(told)[0]).toMatchObject({ isComplete: false });
    expect(mails(told)[0]?.changed).toHaveLength(500);
  });

  it('keeps one merged event for a client that does not read', async () => {
    const { clock, engine, hub } = setUp();
    const events = hub.follow(undefined);
    for (let id = 1; id <= 10_000; id += 1) {
      engine.emit({ kind: 'arrived', id });
      engine.emit({ kind: 'log', line: `line ${id}` });
      clock.advance(1);
    }
    expect(await events.next()).toMatchObject({ value: { kind: 'mail', arrived: 10_000, newest: 10_000 } });
    const log = await events.next();
    expect(log).toMatchObject({ value: { kind: 'log' } });
    if (log.done !== true && log.value.kind === 'log') {
      expect(log.value.lines).toHaveLength(500);
      expect(log.value.lines.at(-1)).toBe('line 10000');
    }
    await settle();
  });

  it('tells the status once a second while mail comes in, and until the rate is 0 again', async () => {
    const { clock, engine, told, follow } = setUp();
    let rate = 40;
    Object.assign(engine, { status: () => Promise.resolve({ ...FAKE_STATUS, rate }) });
    follow();
    engine.emit({ kind: 'arrived', id: 1 });
    await settle();
    const rates = () => told.flatMap((event) => (event.kind === 'status' ? [event.status.rate] : []));
    expect(rates()).toEqual([40]);
    clock.advance(999);
    await settle();
    expect(rates()).toEqual([40]);
    rate = 0;
    clock.advance(1);
    await settle();
    expect(rates()).toEqual([40, 0]);
    clock.advance(60_000);
    await settle();
    expect(rates()).toEqual([40, 0]);
  });

  it('ends a client that is waiting, by return, by signal and with the sandbox', async () => {
    const { engine, hub } = setUp();
    const byReturn = hub.follow(undefined);
    const waiting = byReturn.next();
    await byReturn.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const controller = new AbortController();
    const bySignal = hub.follow(controller.signal).next();
    controller.abort();
    expect(await bySignal).toEqual({ done: true, value: undefined });
    const byHub = hub.follow(undefined).next();
    hub.close();
    expect(await byHub).toEqual({ done: true, value: undefined });
    expect(engine.listeners).toBe(0);
  });
});
