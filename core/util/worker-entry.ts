/**
 * Room for short-lived values in a thread, in MB. V8 would take 48 for each thread and keep it; small batches need
 * little, and the memory of the whole process stays flat.
 */
export const YOUNG_GENERATION_MB = 6;

/** A thread whose work is small pieces: a low limit makes V8 collect early. Message bytes do not count, they are outside its heap. */
export const STORE_THREAD_LIMITS = {
  maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
  maxOldGenerationSizeMb: 192,
};

/**
 * Where a worker thread's entry file is: beside the caller, as `.ts` when the sources run as they are and as `.js`
 * when they were bundled (the build puts each worker entry beside the bundles under its own name).
 */
export function workerEntry(callerUrl: string, name: string): URL {
  const isSource = new URL(callerUrl).pathname.endsWith('.ts');
  return new URL(`./${name}.${isSource ? 'ts' : 'js'}`, callerUrl);
}
