/** virtual_alias_maps: one recipient becomes several, again and again (cleanup_map1n). */
import { PROBLEM } from './errors.ts';
import type { State } from './state.ts';
import { note, tableFailed, tableSource } from './state.ts';

const REASON = '4.6.0 Alias expansion error';

interface Expansion {
  readonly state: State;
  readonly original: string;
  readonly addresses: string[];
  /** Addresses that expanded into themselves, in lower case: left alone from then on. */
  readonly finished: Set<string>;
}

/** Refuses the message for now and leaves the recipient as it was. */
function giveUp(expansion: Expansion, about: string): readonly string[] {
  const { state, original } = expansion;
  state.tools.log.warning(
    `${state.submission.queueId}: unreasonable ${state.tools.settings.virtualAliases.name} ${about} -- message not accepted, try again later`,
  );
  state.problems |= PROBLEM.defer;
  state.reason = REASON;
  note(state, 'defer', `alias expansion of ${original} has no end`, {
    recipient: original,
    source: { kind: 'parameter', name: 'virtual_alias_maps', value: about },
  });
  return [original];
}

/** Replaces the address at `index` by what the tables say; answers what went wrong, or whether to go on. */
async function expandOnce(
  expansion: Expansion,
  index: number,
): Promise<'again' | 'done' | readonly string[]> {
  const { state, addresses, original } = expansion;
  const { settings, mapper } = state.tools;
  const address = addresses[index] ?? '';
  const { maps, name } = settings.virtualAliases;
  const answer = mapper.map(maps, address, settings.propagatesVirtual);
  const mapped = answer instanceof Promise ? await answer : answer;
  if (mapped.kind === 'absent') return 'done';
  if (mapped.kind === 'unavailable') {
    tableFailed(state, `${name} map lookup problem for ${original}`, mapped);
    state.reason = REASON;
    return [original];
  }
  const tooLong = mapped.addresses.find((result) => result.length > settings.virtualAddressLengthLimit);
  if (tooLong !== undefined) return giveUp(expansion, `result ${tooLong.slice(0, 300)}...`);
  const [first = address, ...rest] = mapped.addresses;
  addresses[index] = first;
  addresses.push(...rest);
  const isOwnResult = mapped.addresses.some((result) => result.toLowerCase() === address.toLowerCase());
  if (isOwnResult) expansion.finished.add(address.toLowerCase());
  if (!isOwnResult || mapped.addresses.length > 1 || first !== address) {
    note(state, 'info', `alias ${address} -> ${mapped.addresses.join(', ')}`, {
      recipient: original,
      source: tableSource(mapped.source),
    });
  }
  return 'again';
}

/** All addresses that a recipient stands for; the recipient itself when it is no alias. Internal form. */
export async function expandVirtualAlias(state: State, address: string): Promise<readonly string[]> {
  const { settings } = state.tools;
  const expansion: Expansion = { state, original: address, addresses: [address], finished: new Set() };
  const { addresses, finished } = expansion;
  for (let index = 0; index < addresses.length; index++) {
    if (addresses.length > settings.virtualExpansionLimit) {
      return giveUp(expansion, `map expansion size for ${address}`);
    }
    for (let count = 0; !finished.has((addresses[index] ?? '').toLowerCase()); count++) {
      if (count >= settings.virtualRecursionLimit) return giveUp(expansion, `map nesting for ${address}`);
      const step = await expandOnce(expansion, index);
      if (step === 'done') break;
      if (step !== 'again') return step;
    }
  }
  return addresses;
}
