import { expect, it } from 'vitest';
import type { Config } from '../config/config.ts';
import { createVerify, verifyNow, type Probe, type ProbeResult } from './verify.ts';
import { verifySender } from './sender.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

function openKit(settings: Readonly<Record<string, string>> = {}) {
  const seconds: Readonly<Record<string, number>> = {
    address_verify_positive_expire_time: 31 * DAY,
    address_verify_positive_refresh_time: 7 * DAY,
    address_verify_negative_expire_time: 3 * DAY,
    address_verify_negative_refresh_time: 3 * HOUR,
    address_verify_cache_cleanup_interval: 12 * HOUR,
  };
  const config = {
    get: (name: string) => settings[name] ?? '',
    seconds: (name: string) => seconds[name] ?? Number(settings[name] ?? 0),
    boolean: (name: string) => (settings[name] ?? 'yes') === 'yes',
    integer: () => 5000,
  } as unknown as Config;
  let now = Date.UTC(2026, 0, 1);
  let next: readonly ProbeResult[] | Error = [];
  const probed: string[] = [];
  const errors: unknown[] = [];
  const probe: Probe = (address) => {
    probed.push(address);
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const clock = { now: () => now, schedule: () => () => undefined };
  const verify = createVerify({ config: () => config, probe, clock, onError: (error) => errors.push(error) });
  return {
    config,
    probed,
    errors,
    probe,
    pass: (duration: number) => (now += duration * 1000),
    finds: (...results: readonly ProbeResult[] | [Error]) => {
      next = results[0] instanceof Error ? results[0] : (results as readonly ProbeResult[]);
    },
    async ask(address: string) {
      const { kind, reason } = verify.query(address);
      // the probe's answer comes after this one
      await new Promise((resolve) => setImmediate(resolve));
      return `${kind}: ${reason}`;
    },
  };
}

const GOOD: ProbeResult = { address: 'a@b', kind: 'deliverable', reason: 'ok' };
const BAD: ProbeResult = { address: 'a@b', kind: 'undeliverable', reason: 'no such user' };
const PENDING = 'pending: Address verification in progress';

it('answers that it is under way, and then what the probe found', async () => {
  const kit = openKit();
  kit.finds(BAD);
  expect(await kit.ask('a@b')).toBe(PENDING);
  expect(await kit.ask('A@B')).toBe('undeliverable: no such user');
  expect(kit.probed).toEqual(['a@b']);
});

it('probes again in the background from the refresh time on, and forgets at the expiry time', async () => {
  const kit = openKit();
  kit.finds(BAD);
  await kit.ask('a@b');
  kit.pass(3 * HOUR + 1);
  kit.finds();
  expect(await kit.ask('a@b')).toBe('undeliverable: no such user');
  expect(kit.probed).toHaveLength(2);
  kit.pass(3 * DAY);
  expect(await kit.ask('a@b')).toBe(PENDING);
});

it('does not probe twice at a time, and gives a probe up that has no answer', async () => {
  const kit = openKit();
  expect([await kit.ask('a@b'), await kit.ask('a@b')]).toEqual([PENDING, PENDING]);
  expect(kit.probed).toHaveLength(1);
  kit.pass(1001);
  await kit.ask('a@b');
  expect(kit.probed).toHaveLength(2);
});

it('keeps a good answer while a later probe fails', async () => {
  const kit = openKit();
  kit.finds(GOOD);
  await kit.ask('a@b');
  kit.pass(8 * DAY);
  kit.finds({ ...BAD, kind: 'deferred' });
  await kit.ask('a@b');
  expect(await kit.ask('a@b')).toBe('deliverable: ok');
  expect(kit.probed).toHaveLength(2);
});

it('remembers no failure with address_verify_negative_cache = no', async () => {
  const kit = openKit({ address_verify_negative_cache: 'no' });
  kit.finds(BAD);
  expect([await kit.ask('a@b'), await kit.ask('a@b')]).toEqual([PENDING, PENDING]);
  kit.finds(GOOD);
  await kit.ask('a@b');
  expect(await kit.ask('a@b')).toBe('deliverable: ok');
});

it('goes on after a probe that threw', async () => {
  const kit = openKit();
  kit.finds(new Error('a bug'));
  expect(await kit.ask('a@b')).toBe(PENDING);
  expect(kit.errors).toHaveLength(1);
});

it('answers at once in a dry run', async () => {
  const kit = openKit();
  kit.finds(BAD);
  expect(await verifyNow(kit.probe)('a@b')).toMatchObject({ kind: 'undeliverable' });
});

it.each([
  ['<>', '0', ''],
  ['', '0', ''],
  ['double-bounce', '0', 'double-bounce'],
  ['probe@x.test', '3600', /^probe[0-9A-Za-z]+@x\.test$/],
])('a probe is from %s, ttl %s: %s', (sender, ttl, wanted) => {
  const { config } = openKit({ address_verify_sender: sender, address_verify_sender_ttl: ttl });
  const at = Date.UTC(2026, 0, 1);
  expect(verifySender(config, at)).toMatch(wanted === '' ? /^$/ : wanted);
  if (ttl !== '0') expect(verifySender(config, at + 3_600_000)).not.toBe(verifySender(config, at));
});
