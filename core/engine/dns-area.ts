/** The sandbox's DNS table as the calls see it: what may be stored is decided here, before anything is. */
import type { DnsArea, DnsPutResult } from '../api/areas/dns.ts';
import type { DnsLookup, DnsProblem } from '../api/contract/dns.ts';
import { checkRecord, conflictOf } from '../dns/record-check.ts';
import type { QuestionLog } from '../dns/question-log.ts';
import { reverseName } from '../dns/reverse-name.ts';
import { askTable } from '../dns/table-dns.ts';
import { formatRecord, parseZone } from '../dns/zone-file.ts';
import type { DnsStore } from '../store/store.ts';
import { parseIp } from '../tables/ip.ts';
import { tellDnsAnswer, type DnsAnswer } from '../util/dns.ts';
import { dnsName, type DnsRecord } from '../util/dns-record.ts';

const existing = (store: DnsStore, replace: boolean) => (replace ? [] : store.list());

/** PTR records are filed under the reverse name, and an address can be the name of nothing else. */
const ownerOf = (name: string) => dnsName(parseIp(name) === undefined ? name : reverseName(name));

/** An answer with its records as they are stored. */
function tell(asked: string, answer: DnsAnswer<DnsRecord>): DnsLookup {
  if (answer.kind !== 'found') {
    return { kind: answer.kind, why: answer.why, name: asked, records: [], text: tellDnsAnswer(answer) };
  }
  const records = answer.records.map((record) => ({ ...record }));
  const shown = records.map(({ preference, value }) =>
    preference === undefined ? value : { preference, exchange: value },
  );
  return { kind: 'found', name: answer.name, records, text: tellDnsAnswer({ ...answer, records: shown }) };
}

export function createDnsArea(store: DnsStore, questions: Pick<QuestionLog, 'list'>): DnsArea {
  async function put(records: readonly DnsRecord[], replaces: boolean): Promise<DnsPutResult> {
    await store.put(records, { replaces });
    return { kind: 'stored', records };
  }

  return {
    list: () => Promise.resolve(store.list()),
    export: () =>
      Promise.resolve(
        store
          .list()
          .map((record) => `${formatRecord(record)}\n`)
          .join(''),
      ),
    clear: () => store.remove({}),
    set(drafts, replace) {
      const records: DnsRecord[] = [];
      const problems: DnsProblem[] = [];
      const others = existing(store, replace);
      for (const [index, draft] of drafts.entries()) {
        const checked = checkRecord(draft);
        const wrong =
          checked.kind === 'wrong' ? checked.message : conflictOf(checked.record, [...others, ...records]);
        if (wrong !== undefined) problems.push({ line: index + 1, message: wrong });
        else if (checked.kind === 'record') records.push(checked.record);
      }
      return problems.length > 0 ? Promise.resolve({ kind: 'wrong', problems }) : put(records, replace);
    },
    import(text, replace) {
      const zone = parseZone(text, existing(store, replace));
      return zone.kind === 'wrong' ? Promise.resolve(zone) : put(zone.records, replace);
    },
    remove({ name, type, value }) {
      const owner = ownerOf(name);
      if (type === undefined) return store.remove({ name: owner });
      if (value === undefined) return store.remove({ name: owner, type });
      // in the form in which it is kept
      const preference = type === 'MX' ? { preference: 0 } : {};
      const checked = checkRecord({ name: owner, type, value, ...preference });
      if (checked.kind === 'wrong') return Promise.resolve({ line: 1, message: checked.message });
      return store.remove({ name: owner, type, value: checked.record.value });
    },
    lookup(name, type) {
      const owner = ownerOf(name);
      return Promise.resolve(tell(owner, askTable(store, owner, type)));
    },
    questions: () =>
      Promise.resolve(
        questions
          .list()
          .map(({ at, name, type, answer }) => ({ at, name, type, answer: tell(name, answer) })),
      ),
  };
}
