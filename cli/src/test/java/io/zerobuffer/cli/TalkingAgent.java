package io.zerobuffer.cli;

/** An agent with much to say. */
public final class TalkingAgent {
    private TalkingAgent() {}

    public static void premain(String arguments) {
        System.out.println("the agent has started");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("the agent has ended")));
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    System.out.println("the agent is at work");
                    Thread.sleep(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
