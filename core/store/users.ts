/** Sandbox users: rows, and a real home folder each (`.forward` lives there). */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../util/clock.ts';
import type { Connection } from './database.ts';
import type { SandboxUser, UserStore } from './store.ts';
import type { Writer } from './writer.ts';

export interface UserDependencies {
  readonly db: Connection;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly dataDir: string;
}

export function createUserStore({ db, writer, clock, dataDir }: UserDependencies): UserStore {
  const users = new Map<string, SandboxUser>();
  const toUser = (name: string): SandboxUser => ({ name, home: path.join(dataDir, 'home', name) });
  for (const name of db.prepare('SELECT name FROM user ORDER BY rowid').pluck().all() as string[]) {
    users.set(name.toLowerCase(), toUser(name));
  }

  return {
    list: () => [...users.values()],
    find: (name) => users.get(name.toLowerCase()),
    async add(name) {
      const known = users.get(name.toLowerCase());
      if (known !== undefined) return known;
      const user = toUser(name);
      mkdirSync(user.home, { recursive: true, mode: 0o700 });
      await writer.write('addUser', { name, at: clock.now() });
      users.set(name.toLowerCase(), user);
      return user;
    },
    async remove(name) {
      if (!(await writer.write('removeUser', { name }))) return false;
      return users.delete(name.toLowerCase());
    },
  };
}
