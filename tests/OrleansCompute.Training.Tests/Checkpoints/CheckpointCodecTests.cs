using System.Buffers.Binary;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Checkpoints;

public sealed class CheckpointCodecTests
{
    // Offset of the parameter count: everything before it has a fixed size.
    private const int ParameterCountOffset = 4 + 2 + 4 + 4 + 8 + 8 + 4 + 4 + 32 + 32;

    [Fact]
    public void Decode_OfEncoded_GivesEverythingBack()
    {
        var floats = Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle).NonEmptyListOf().Select(list => list.ToArray());
        var cases = from parameters in floats
                    from slots in Gen.Choose(0, 4)
                    from epoch in Gen.Choose(0, int.MaxValue)
                    from seed in Gen.Choose(int.MinValue, int.MaxValue)
                    select Create(parameters, slots) with { Epoch = epoch, Seed = seed * 12345678901L };

        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), expected =>
        {
            var actual = CheckpointCodec.Decode(CheckpointCodec.Encode(expected));
            return actual with { Parameters = expected.Parameters, Optimiser = expected.Optimiser } == expected
                && Bits(actual.Parameters).SequenceEqual(Bits(expected.Parameters))
                && actual.Optimiser.Name == expected.Optimiser.Name
                && actual.Optimiser.StepCount == expected.Optimiser.StepCount
                && actual.Optimiser.Slots.Select(Bits).Zip(expected.Optimiser.Slots.Select(Bits)).All(pair => pair.First.SequenceEqual(pair.Second));
        }));

        static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
    }

    [Fact]
    public void Decode_WhenTruncatedAnywhere_Refuses()
    {
        var bytes = CheckpointCodec.Encode(Create([1, 2, 3], 2));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<CheckpointFormatException>(() => CheckpointCodec.Decode(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Decode_WhenAnyByteIsChanged_Refuses()
    {
        var bytes = CheckpointCodec.Encode(Create([1, 2, 3], 2));
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            Assert.Throws<CheckpointFormatException>(() => CheckpointCodec.Decode(bytes));
            bytes[i] ^= 0x10;
        }

        CheckpointCodec.Decode(bytes);
    }

    [Fact]
    public void Decode_OfOtherVersion_NamesBoth()
    {
        var bytes = CheckpointCodec.Encode(Create([1], 0));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), 9);
        Assert.Contains(
            "version 9; this build reads versions 1 to 3",
            Assert.Throws<CheckpointFormatException>(() => CheckpointCodec.Decode(bytes)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfAChangingBatch_GivesItBack()
    {
        foreach (var known in new GradientNoiseEstimate?[] { null, new GradientNoiseEstimate(0.5, 18) })
        {
            var state = new AdaptiveBatchState(5, 96, 1234.5, new GradientNoiseState(-0.25, 17, 1 - Math.Pow(0.995, 64), 64), known);
            var expected = Create([1, 2], 1) with { Adaptive = state };

            Assert.Equal(state, CheckpointCodec.Decode(CheckpointCodec.Encode(expected)).Adaptive);
        }

        Assert.Null(CheckpointCodec.Decode(CheckpointCodec.Encode(Create([1, 2], 1))).Adaptive);
    }

    [Theory]
    [InlineData(9, 96, 1.0, 0.005, "samples used of the epoch is 9")]
    [InlineData(5, 0, 1.0, 0.005, "present batch size is 0")]
    [InlineData(5, 96, double.NaN, 0.005, "progress NaN")]
    [InlineData(5, 96, -1.0, 0.005, "progress -1")]
    [InlineData(5, 96, 1.0, 1.5, "Weight = 1.5")]
    public void Decode_OfAChangingBatchThatCannotBe_Refuses(int sample, int batch, double useful, double weight, string expected)
    {
        var bytes = CheckpointCodec.Encode(
            Create([1], 0) with { Adaptive = new AdaptiveBatchState(sample, batch, useful, new GradientNoiseState(1, 1, weight, 1)) });

        Assert.Contains(expected, Assert.Throws<CheckpointFormatException>(() => CheckpointCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e300, 1e300, 1e-300, 64, 1.0, 1.0)]
    [InlineData(1.0, 1.0, 0.5, 64, 1.0, 1.0)]
    [InlineData(0.0, 0.0, 0.0, 3, 1.0, 1.0)]
    [InlineData(1.0, 1.0, 0.2744, 0, 1.0, 1.0)]
    [InlineData(1.0, 1.0, double.NaN, 64, 1.0, 1.0)]
    [InlineData(1.0, 1.0, null, 64, 0.0, 1.0)]
    [InlineData(1.0, 1.0, null, 64, -1.0, 1.0)]
    [InlineData(1.0, 1.0, null, 64, 1.0, -1.0)]
    [InlineData(1.0, 1.0, null, 64, double.NaN, 1.0)]
    [InlineData(1.0, 1.0, null, 64, 1.0, double.PositiveInfinity)]
    [InlineData(1.0, 1.0, null, 63, 1.0, 1.0)]
    [InlineData(1.7e308, 1.0, null, 64, 1.0, 1.0)]
    public void Decode_OfANoiseThatCannotBe_Refuses(double square, double variance, double? weight, long count, double knownSquare, double knownVariance)
    {
        var noise = new GradientNoiseState(square, variance, weight ?? 1 - Math.Pow(0.995, count), count);
        var bytes = CheckpointCodec.Encode(
            Create([1], 0) with { Adaptive = new AdaptiveBatchState(5, 96, 1, noise, new GradientNoiseEstimate(knownSquare, knownVariance)) });

        Assert.Contains("adaptive batch", Assert.Throws<CheckpointFormatException>(() => CheckpointCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    /// <summary>The footer is no secret: a forger can make it right, and must still not get us to allocate what is not there.</summary>
    [Theory]
    [InlineData(int.MaxValue, "parameter count is 2147483647")]
    [InlineData(-1, "parameter count is -1")]
    [InlineData(1 << 28, "ends within its parameters")]
    [InlineData(2, "")]
    public void Decode_WithForgedCountAndRightFooter_RefusesBeforeAllocating(int count, string expected)
    {
        var bytes = CheckpointCodec.Encode(Create([1, 2, 3], 1));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(ParameterCountOffset), count);
        SHA256.HashData(bytes.AsSpan(..^32), bytes.AsSpan(bytes.Length - 32));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<CheckpointFormatException>(() => CheckpointCodec.Decode(bytes));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Encode_WithBadHashOrVectors_Throws()
    {
        Assert.Throws<ArgumentException>(() => CheckpointCodec.Encode(Create([1], 0) with { ModelHash = "abc" }));
        Assert.Throws<ArgumentException>(() => CheckpointCodec.Encode(Create([], 0)));
        Assert.Throws<ArgumentException>(() => CheckpointCodec.Encode(Create([1], 0) with { Optimiser = new OptimiserState("adam", 1, [new float[2]]) }));
    }

    internal static Checkpoint Create(float[] parameters, int slots) => new()
    {
        Epoch = 3,
        StepInEpoch = 4,
        GlobalStep = 500,
        Seed = -6,
        BatchSize = 7,
        SampleCount = 8,
        ModelHash = Fakes.TestData.Hash,
        DatasetHash = new string('f', 64),
        Parameters = parameters,
        Optimiser = new OptimiserState("adam", 500, [.. Enumerable.Range(0, slots).Select(slot => parameters.Select(value => value + slot).ToArray())]),
    };
}
