/** Tags, saved searches, rules and keeping as the calls see them. */
import type { FindingArea } from '../api/areas/finding.ts';
import type { Keeping } from '../api/contract/finding.ts';
import type { Store } from '../store/store.ts';

export interface FindingDependencies {
  readonly store: Pick<Store, 'mail' | 'desk'>;
  /** What is kept may have become less. */
  readonly onKeeping: () => void;
}

export function createFindingArea({ store: { mail, desk }, onKeeping }: FindingDependencies): FindingArea {
  const rules = () => Promise.resolve(desk.rules().map((rule) => ({ ...rule })));
  return {
    tag: (ids, change) => mail.tag(ids, change),
    renameTag: (from, to) => mail.renameTag(from, to),
    removeTag: async (name) => (await mail.removeTag(name)).length,
    async putSearch(search) {
      const id = await desk.putSearch(search);
      return id === undefined ? undefined : { id, name: search.name, search: search.search };
    },
    removeSearch: (id) => desk.removeSearch(id),
    rules,
    async addRule(rule) {
      await desk.putRule(rule);
      return rules();
    },
    async removeRule(id) {
      await desk.removeRule(id);
      return rules();
    },
    keeping: () => Promise.resolve({ ...desk.keeping() }),
    async setKeeping(change) {
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      const next: Keeping = { ...desk.keeping(), ...Object.fromEntries(given) };
      await desk.setKeeping(next);
      onKeeping();
      return next;
    },
  };
}
