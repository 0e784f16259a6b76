package io.zerobuffer.internal.os;

/**
 * Whose an object is.
 *
 * @param user user id
 * @param group group id
 */
public record Owner(long user, long group) {}
