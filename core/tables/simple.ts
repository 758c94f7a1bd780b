/** static:, environ:, fail: and unix: (the sandbox's users in place of /etc/passwd). */
import type { SandboxUser } from '../store/store.ts';
import type { TableType } from './context.ts';
import { foldKey } from './context.ts';
import { takeBraces } from './words.ts';

/** static:value or static:{ value with spaces }: every key has this value. */
export const staticTable: TableType = (name) => {
  let value = name;
  if (name.startsWith('{')) {
    const inner = takeBraces(name);
    if (!inner.ok) return { failure: `${inner.reason} in "static:${name}"` };
    if (inner.rest.trim() !== '') return { failure: `syntax error after '}' in "static:${name}"` };
    value = inner.text;
  }
  return { wantsPartialKeys: true, find: (key) => ({ value, key }) };
};

/** environ: the environment of the process. */
export const environ: TableType = () => ({
  wantsPartialKeys: true,
  find(key) {
    const name = foldKey(key);
    const value = process.env[name];
    return value === undefined ? undefined : { value, key: name };
  },
});

/** What strerror(3) calls a failure that is no system call's. */
export const APPLICATION_ERROR = 'Application error';

/** fail: every look-up fails, for tests. */
export const fail: TableType = () => ({
  wantsPartialKeys: false,
  find: () => ({ failure: APPLICATION_ERROR }),
});

/** Numeric ids as a Linux machine would give them. */
const FIRST_UID = 1000;

const passwdLine = (user: SandboxUser, uid: number): string =>
  `${user.name}:x:${uid}:${uid}::${user.home}:/bin/sh`;

/** unix:passwd.byname and unix:group.byname, answered from the users of the sandbox. */
export const unix: TableType = (name, { users }) => {
  if (name !== 'passwd.byname' && name !== 'group.byname') {
    return { failure: `unknown table: unix:${name}` };
  }
  return {
    wantsPartialKeys: true,
    find(key) {
      const user = users.find(foldKey(key));
      if (user === undefined) return undefined;
      const id = user.name === 'root' ? 0 : FIRST_UID + users.list().findIndex((u) => u.name === user.name);
      const value = name === 'passwd.byname' ? passwdLine(user, id) : `${user.name}:x:${id}:`;
      return { value, key: user.name };
    },
  };
};
