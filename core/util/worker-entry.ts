/**
 * Where a worker thread's entry file is: beside the caller, as `.ts` when the sources run as they are and as `.js`
 * when they were bundled (the build puts each worker entry beside the bundles under its own name).
 */
export function workerEntry(callerUrl: string, name: string): URL {
  const isSource = new URL(callerUrl).pathname.endsWith('.ts');
  return new URL(`./${name}.${isSource ? 'ts' : 'js'}`, callerUrl);
}
