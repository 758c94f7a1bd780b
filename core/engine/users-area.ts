/** The sandbox's users as the calls see them. */
import type { UserArea } from '../api/engine.ts';
import type { Store } from '../store/store.ts';

export function createUserArea(dependencies: {
  readonly store: Pick<Store, 'users' | 'mail'>;
  readonly loginUser: string;
}): UserArea {
  const { store, loginUser } = dependencies;
  return {
    list() {
      const totals = new Map(store.mail.folders().mailboxes.map(({ name, total }) => [name, total]));
      return Promise.resolve(
        store.users.list().map(({ name }) => ({
          name,
          isLogin: name === loginUser,
          messages: totals.get(name) ?? 0,
        })),
      );
    },
    async add(name) {
      if (store.users.find(name) !== undefined) return false;
      await store.users.add(name);
      return true;
    },
    remove: (name) => store.users.remove(name),
  };
}
