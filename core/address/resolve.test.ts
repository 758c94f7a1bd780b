import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { AddressWorld } from './testing.ts';
import { createAddressWorld } from './testing.ts';

let made: AddressWorld[] = [];
const world = (lines: readonly string[] = [], files: Readonly<Record<string, string>> = {}): AddressWorld => {
  const next = createAddressWorld(lines, files);
  made.push(next);
  return next;
};

afterEach(() => {
  for (const { folder } of made) folder.remove();
  made = [];
});

/** `class transport:nexthop recipient` */
async function resolve({ resolver }: AddressWorld, address: string, sender = ''): Promise<string> {
  const answer = await resolver.resolve(address, sender);
  if (answer.kind !== 'resolved') return answer.kind;
  return `${answer.class} ${answer.transport}:${answer.nexthop} ${answer.recipient}`;
}

const OUTSIDE = 'default error:outside mail is not deliverable';

describe('resolving with local mail only', () => {
  it.each([
    ['alice@localhost', 'local local:localhost alice@localhost'],
    ['alice', 'local local:localhost alice@localhost'],
    ['alice@LOCALHOST', 'local local:localhost alice@LOCALHOST'],
    ['alice@localhost.localdomain', 'local local:localhost alice@localhost.localdomain'],
    ['alice@localhost.', 'local local:localhost alice@localhost'],
    ['alice@[127.0.0.1]', 'local local:localhost alice@[127.0.0.1]'],
    ['alice@[IPv6:::1]', 'local local:localhost alice@[IPv6:::1]'],
    ['alice@[127.0.0.2]', `${OUTSIDE} alice@[127.0.0.2]`],
    ['alice@127.0.0.1', 'unresolvable'],
    ['alice@localdomain', `${OUTSIDE} alice@localdomain`],
    ['alice@sub.localhost', `${OUTSIDE} alice@sub.localhost`],
    ['alice@localhost..', 'unresolvable'],
    ['alice@', 'unresolvable'],
    ['alice@@localhost', 'unresolvable'],
    ['alice@-bad-.example', 'unresolvable'],
    ['alice@local_host', `${OUTSIDE} alice@local_host`],
    ['alice@localhost@localhost', 'local local:localhost alice@localhost'],
    ['@localhost', 'local local:localhost MAILER-DAEMON@localhost'],
    ['', 'local local:localhost MAILER-DAEMON@localhost'],
    ['bob%localhost@localhost', 'local local:localhost bob@localhost'],
    ['x%outside.example@localhost', `${OUTSIDE} x@outside.example`],
    ['localhost!carol', 'local local:localhost carol@localhost'],
    ['al ice@localhost', 'local local:localhost al ice@localhost'],
    ['x@bücher.example', `${OUTSIDE} x@bücher.example`],
    ['-x@localhost', 'unresolvable'],
  ])('%s is %s', async (address, expected) => {
    expect(await resolve(world(), address)).toBe(expected);
  });

  it('names the file and line of the parameter that decided', async () => {
    const answer = await world().resolver.resolve('x@outside.example', '');
    expect(answer).toMatchObject({
      source: {
        kind: 'parameter',
        name: 'default_transport',
        value: 'error: outside mail is not deliverable',
        file: 'main.cf',
        line: 7,
      },
    });
  });

  it('says when the local part has a route in it', async () => {
    const { resolver } = world(['allow_percent_hack = no']);
    expect(await resolver.resolve('a%b@outside.example', '')).toMatchObject({ routed: true });
    expect(await resolver.resolve('a@outside.example', '')).toMatchObject({ routed: false });
  });

  it('takes a network address for a domain only with resolve_numeric_domain', async () => {
    const numeric = world(['resolve_numeric_domain = yes']);
    expect(await resolve(numeric, 'alice@127.0.0.1')).toBe('local local:localhost alice@[127.0.0.1]');
  });

  it('takes user@ for local only with resolve_null_domain', async () => {
    expect(await resolve(world(['resolve_null_domain = yes']), 'alice@')).toBe(
      'local local:localhost alice@localhost',
    );
  });
});

describe('address classes', () => {
  const lines = [
    'virtual_alias_domains = alias.test',
    'virtual_mailbox_domains = box.test',
    'relay_domains = relay.test',
    'default_transport = smtp',
    'local_transport = local:$myhostname',
  ];

  it.each([
    ['a@alias.test', 'virtual-alias error:5.1.1 User unknown in virtual alias table a@alias.test'],
    ['a@sub.alias.test', 'default smtp:sub.alias.test a@sub.alias.test'],
    ['a@box.test', 'virtual-mailbox virtual:box.test a@box.test'],
    ['a@relay.test', 'relay relay:relay.test a@relay.test'],
    ['a@sub.relay.test', 'relay relay:sub.relay.test a@sub.relay.test'],
    ['a@other.test', 'default smtp:other.test a@other.test'],
  ])('%s is %s', async (address, expected) => {
    expect(await resolve(world(lines), address)).toBe(expected);
  });

  it('sends outside mail to relayhost', async () => {
    const next = world([...lines, 'relayhost = [127.0.0.1]:2525']);
    expect(await resolve(next, 'a@other.test')).toBe('default smtp:[127.0.0.1]:2525 a@other.test');
    expect(await resolve(next, 'a@relay.test')).toBe('relay relay:[127.0.0.1]:2525 a@relay.test');
    expect(await resolve(next, 'a@box.test')).toBe('virtual-mailbox virtual:box.test a@box.test');
  });

  it('warns about a domain in two lists, and lets the earlier class win', async () => {
    const next = world(['virtual_alias_domains = localhost, two.test', 'virtual_mailbox_domains = two.test']);
    expect(await resolve(next, 'a@localhost')).toBe('local local:localhost a@localhost');
    expect(await resolve(next, 'a@two.test')).toContain('virtual-alias error:');
    expect(next.log.lines).toEqual([
      'trivial-rewrite: warning: do not list domain localhost in BOTH mydestination and virtual_alias_domains',
      'trivial-rewrite: warning: do not list domain two.test in BOTH virtual_alias_domains and virtual_mailbox_domains',
    ]);
  });

  it('chooses transport and relay by the sender', async () => {
    const next = world([
      'default_transport = smtp',
      'sender_dependent_default_transport_maps = inline:{bob@x.test=error:by_bob, @x.test=error:by_domain}',
      'sender_dependent_relayhost_maps = inline:{carol@y.test=[127.0.0.9], @y.test=DUNNO}',
      'relayhost = [127.0.0.1]',
    ]);
    expect(await resolve(next, 'a@o.test', 'bob@x.test')).toBe('default error:by_bob a@o.test');
    expect(await resolve(next, 'a@o.test', 'eve@x.test')).toBe('default error:by_domain a@o.test');
    expect(await resolve(next, 'a@o.test', '')).toBe('default smtp:[127.0.0.1] a@o.test');
    expect(await resolve(next, 'a@o.test', 'carol@y.test')).toBe('default smtp:[127.0.0.9] a@o.test');
    expect(await resolve(next, 'a@o.test', 'dan@y.test')).toBe('default smtp:[127.0.0.1] a@o.test');
  });
});

describe('the transport table', () => {
  const lines = ['recipient_delimiter = +', 'transport_maps = texthash:$config_directory/transport'];
  const transport = [
    'u+x@a.test error:full',
    'u@a.test error:user',
    'a.test error:domain',
    '.b.test error:below',
    'localhost :',
    'err.test error:5.7.9 go away',
    'err2.test error:',
    'retry.test retry:4.3.9 try later',
    'retry2.test retry:',
    'disc.test discard:',
    'hop.test :[127.0.0.1]:10025',
    'loc.test local:',
    '* error:star',
  ].join('\n');

  it.each([
    ['u+x@a.test', 'default error:full u+x@a.test'],
    ['u+y@a.test', 'default error:user u+y@a.test'],
    ['v@a.test', 'default error:domain v@a.test'],
    ['v@x.a.test', 'default error:star v@x.a.test'],
    ['v@x.b.test', 'default error:below v@x.b.test'],
    ['v@x.y.b.test', 'default error:below v@x.y.b.test'],
    ['v@b.test', 'default error:star v@b.test'],
    ['alice@localhost', 'local local:localhost alice@localhost'],
    ['alice@localhost.localdomain', 'local error:star alice@localhost.localdomain'],
    ['a@err.test', 'default error:5.7.9 go away a@err.test'],
    ['a@err2.test', 'default error:Address is undeliverable a@err2.test'],
    ['a@retry.test', 'default retry:4.3.9 try later a@retry.test'],
    ['a@retry2.test', 'default retry:Address is undeliverable a@retry2.test'],
    ['a@disc.test', 'default discard:disc.test a@disc.test'],
    ['a@hop.test', 'default error:[127.0.0.1]:10025 a@hop.test'],
    ['a@loc.test', 'default local:loc.test a@loc.test'],
  ])('%s is %s', async (address, expected) => {
    expect(await resolve(world(lines, { transport }), address)).toBe(expected);
  });

  it('matches subdomains of a plain domain when told so', async () => {
    const next = world([...lines, 'parent_domain_matches_subdomains = transport_maps'], {
      transport: 'a.test error:domain\n.b.test error:below\n',
    });
    expect(await resolve(next, 'v@x.a.test')).toBe('default error:domain v@x.a.test');
    expect(await resolve(next, 'v@x.b.test')).toBe(`${OUTSIDE} v@x.b.test`);
  });

  it('names the table, key and line that decided', async () => {
    const next = world(lines, { transport });
    const answer = await next.resolver.resolve('v@a.test', '');
    expect(answer).toMatchObject({
      source: { kind: 'table', key: 'a.test', value: 'error:domain', line: 3 },
    });
  });

  it('is unavailable while the table is', async () => {
    const next = world(lines);
    expect(await resolve(next, 'v@a.test')).toBe('unavailable');
    const file = `${next.folder.directory}/transport`;
    expect(next.log.lines).toEqual([
      `trivial-rewrite: error: open database ${file}: No such file or directory`,
      `trivial-rewrite: warning: texthash:${file} is unavailable. open database ${file}: No such file or directory`,
      `trivial-rewrite: warning: texthash:${file} lookup error for "v@a.test"`,
      'trivial-rewrite: warning: transport_maps lookup failure',
    ]);
  });
});

describe('failures', () => {
  it('makes mail wait when a list of domains has a table that is not there', async () => {
    const next = world(['virtual_alias_domains = lmdb:$config_directory/virtual']);
    expect(await resolve(next, 'a@other.test')).toBe('unavailable');
    expect(next.log.lines).toContain(
      `trivial-rewrite: warning: virtual_alias_domains: lmdb:${next.folder.directory}/virtual: table lookup problem`,
    );
  });

  it('says that a user has moved', async () => {
    const next = world(['relocated_maps = inline:{old@other.test=new@other.test}']);
    expect(await resolve(next, 'old@other.test')).toBe(
      'default error:5.1.6 User has moved to new@other.test old@other.test',
    );
  });

  it('never throws, whatever the address', async () => {
    const next = world(['virtual_alias_domains = b', 'recipient_delimiter = +']);
    const character = fc.constantFrom(...Array.from('ab.@%!:;,"\\<>()[] ü+1-'));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: character, maxLength: 20 }), async (address) => {
        const answer = await next.resolver.resolve(address, 'x@y');
        if (answer.kind === 'resolved') expect(answer.recipient).toContain('@');
      }),
      { numRuns: 2000 },
    );
  });
});
