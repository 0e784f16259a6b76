package io.zerobuffer.interop;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The arguments of {@link ForPairs}. */
final class SuitablePairs extends AnnotationBasedArgumentsProvider<ForPairs> {
    @Override
    protected Stream<? extends Arguments> provideArguments(
            ParameterDeclarations parameters, ExtensionContext context, ForPairs scenario) {
        return Pair.all().stream()
                .filter(pair -> Arrays.stream(scenario.value()).allMatch(only -> only.includes(pair)))
                .map(Arguments::of);
    }
}
