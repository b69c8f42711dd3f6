/**
 * Seeds below this one are for finding constants and for tests; numbers that are reported come from this one on. Who
 * looks at a run with a reported seed in order to change the diagnosis has spent that seed.
 */
export const firstReportedSeed = 1000
