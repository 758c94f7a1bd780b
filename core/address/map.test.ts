import { afterEach, describe, expect, it } from 'vitest';
import { createAddressFinder } from './find.ts';
import { createAddressMapper } from './map.ts';
import type { AddressWorld } from './testing.ts';
import { createAddressWorld } from './testing.ts';

let made: AddressWorld | undefined;

afterEach(() => {
  made?.folder.remove();
});

async function map(table: string, address: string, propagate = true) {
  made = createAddressWorld(['recipient_delimiter = +']);
  const { config, tables, rewriter } = made;
  const finder = createAddressFinder({ config, tables });
  const mapped = await createAddressMapper({ finder, rewriter }).map(tables.maps(table), address, propagate);
  return mapped.kind === 'found' ? mapped.addresses : mapped.kind;
}

describe('mapping addresses', () => {
  const order = 'inline:{ u+ext@a.test=full, u@a.test=plain, @a.test=catchall, u=bareuser, u+ext=bareext }';

  it.each([
    ['u+ext@a.test', ['full@localhost']],
    ['u+other@a.test', ['plain+other@localhost']],
    ['zz@a.test', ['catchall@localhost']],
    ['zz+x@a.test', ['catchall@localhost']],
    ['u@localhost', ['bareuser@localhost']],
    ['u+ext@localhost', ['bareext@localhost']],
    ['u+foo@localhost', ['bareuser+foo@localhost']],
    ['u@b.test', 'absent'],
  ])('looks parts up in order: %s', async (address, expected) => {
    expect(await map(order, address)).toEqual(expected);
  });

  it('adds the extension that was not matched, even to a result that has one', async () => {
    expect(await map('inline:{ { q@a.test = alice+fixed, bob } }', 'q+ext@a.test')).toEqual([
      'alice+fixed+ext@localhost',
      'bob+ext@localhost',
    ]);
    expect(await map('inline:{p@a.test=alice}', 'p+ext@a.test', false)).toEqual(['alice@localhost']);
  });

  it('keeps the user for an @domain result', async () => {
    expect(await map('inline:{@c.test=@example.test}', 'carol+zz@c.test')).toEqual(['carol+zz@example.test']);
    expect(await map('inline:{@c.test=@example.test}', 'car ol@c.test')).toEqual(['car ol@example.test']);
  });

  it('shows patterns the whole address only, and asks for the quoted form first', async () => {
    made = createAddressWorld([], { re: '/^"al ice"@x$/ quoted\n/^x$/ domain\n' });
    const { config, tables, rewriter, folder } = made;
    const mapper = createAddressMapper({ finder: createAddressFinder({ config, tables }), rewriter });
    const maps = tables.maps(`regexp:${folder.directory}/re`);
    expect(await mapper.map(maps, 'al ice@x', true)).toMatchObject({ addresses: ['quoted@localhost'] });
    expect(await mapper.map(maps, 'bob@x', true)).toEqual({ kind: 'absent' });
  });

  it('is unavailable for a result that holds no address', async () => {
    expect(await map('inline:{ { a@b = (nothing) } }', 'a@b')).toBe('unavailable');
  });
});
