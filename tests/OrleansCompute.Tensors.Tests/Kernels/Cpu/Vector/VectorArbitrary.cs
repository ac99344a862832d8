using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Random lengths (short and odd ones on purpose, then some thousands) and values from a seed.</summary>
internal static class VectorArbitrary
{
    /// <summary>Enough to meet every length class at every level, and short enough for every build.</summary>
    public static Config Config { get; } = Config.QuickThrowOnFailure.WithMaxTest(60);

    public static Arbitrary<VectorDraw> LengthAndSeed() =>
        (from length in Gen.Frequency((5, Gen.Choose(0, 70)), (1, Gen.Choose(71, 9_000)))
         from seed in Gen.Choose(0, 1 << 20)
         select new VectorDraw(length, seed)).ToArbitrary();

    public static Arbitrary<SimdLevel> Level() => Gen.Elements<SimdLevel>(SimdLevels.Supported).ToArbitrary();
}
