package io.zerobuffer.os;

/**
 * Whose an object is.
 *
 * @param user user id
 * @param group group id
 */
public record Owner(long user, long group) {}
