import { getSystemErrorMap } from 'node:util';

const TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EEXIST: 'File exists',
  ENOSPC: 'No space left on device',
  EFBIG: 'File too large',
  EDQUOT: 'Disk quota exceeded',
  EROFS: 'Read-only file system',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
};

export function errorCode(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** A system error as strerror(3) tells it, which is what Postfix's `%m` prints. */
export function describeError(error: unknown): string {
  const code = errorCode(error);
  const known = TEXTS[code];
  if (known !== undefined) return known;
  for (const [, [name, text]] of getSystemErrorMap()) if (name === code) return text;
  return error instanceof Error ? error.message : String(error);
}
