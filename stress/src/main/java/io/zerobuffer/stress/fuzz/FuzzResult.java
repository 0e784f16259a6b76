package io.zerobuffer.stress.fuzz;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of fuzzing a target.
 *
 * @param inputs how many were played
 * @param corpus how many of them did something new, those kept before included
 * @param edges of the library's control flow that were taken
 * @param findings inputs that found something; the log if Jazzer itself failed
 */
record FuzzResult(Target target, long inputs, long corpus, long edges, List<Path> findings, long seconds) {}
