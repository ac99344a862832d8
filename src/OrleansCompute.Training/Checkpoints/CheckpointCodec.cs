using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Checkpoints;

/// <summary>
/// The binary form of a checkpoint. Little endian: magic "OCCP", format version (uint16), epoch, step (int32), global step, seed (int64),
/// batch size, sample count (int32), model hash, data hash (32 bytes each), parameter count (int32), parameters (float32),
/// optimiser name (byte length, ASCII), its step count (int64), vector count (byte), vectors, and SHA-256 over all of it. Version 2, written only for optimisers that have single numbers in
/// their state (a loss scale), has their count (byte) and values (float64) behind the vectors. Version 3, written only for runs whose batch size
/// changes, or has changed within the epoch, has in addition the samples used of the epoch, the batch size (int32), the progress in samples, the noise
/// estimator's square, variance and weight (float64) and count (int64), and whether an estimate is known (byte), its square and variance (float64; 0
/// where it is not). Stateless; thread-safe.
/// </summary>
public static class CheckpointCodec
{
    /// <summary>The latest version; earlier ones are read as well, and written where they suffice.</summary>
    public const ushort FormatVersion = 3;

    private const int AdaptiveBytes = 4 + 4 + (4 * sizeof(double)) + sizeof(long) + 1 + (2 * sizeof(double));

    /// <summary>Most single numbers of an optimiser.</summary>
    public const int MaxOptimiserScalars = 16;

    /// <summary>Most parameters: 256 million, 1 GiB.</summary>
    public const int MaxParameters = 1 << 28;

    /// <summary>Most optimiser vectors.</summary>
    public const int MaxOptimiserSlots = 4;

    /// <summary>Longest optimiser name, bytes.</summary>
    public const int MaxOptimiserNameBytes = 32;

    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int FixedBytes = 4 + 2 + 4 + 4 + 8 + 8 + 4 + 4 + HashBytes + HashBytes + 4;

    private static ReadOnlySpan<byte> Magic => "OCCP"u8;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="checkpoint">Its hashes are 64 hex digits; its vectors are as long as the parameters.</param>
    /// <returns>The complete file content.</returns>
    /// <exception cref="ArgumentException">The checkpoint breaks a limit of the format.</exception>
    public static byte[] Encode(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var parameters = checkpoint.Parameters;
        var optimiser = checkpoint.Optimiser;
        var name = Encoding.ASCII.GetBytes(optimiser.Name);
        if (parameters.Length is 0 or > MaxParameters || optimiser.Slots.Count > MaxOptimiserSlots || optimiser.Scalars.Count > MaxOptimiserScalars || name.Length is 0 or > MaxOptimiserNameBytes)
        {
            throw new ArgumentException(
                $"A checkpoint holds 1 to {MaxParameters} parameters, up to {MaxOptimiserSlots} optimiser vectors and {MaxOptimiserScalars} numbers, and an optimiser name of 1 to " +
                $"{MaxOptimiserNameBytes} bytes; given were {parameters.Length}, {optimiser.Slots.Count}, {optimiser.Scalars.Count} and {name.Length}.",
                nameof(checkpoint));
        }

        var size = FixedBytes + ((long)parameters.Length * sizeof(float) * (1 + optimiser.Slots.Count)) + 1 + name.Length + 8 + 1 + HashBytes;
        var version = (ushort)(checkpoint.Adaptive is not null ? 3 : optimiser.Scalars.Count > 0 ? 2 : 1);
        size += (version > 1 ? 1 + (sizeof(double) * optimiser.Scalars.Count) : 0) + (version > 2 ? AdaptiveBytes : 0);
        if (size > Array.MaxLength)
        {
            throw new ArgumentException($"The checkpoint needs {size} bytes; allowed up to {Array.MaxLength}.", nameof(checkpoint));
        }

        var bytes = new byte[size];
        var writer = new SpanWriter(bytes);
        writer.WriteBytes(Magic);
        writer.WriteUInt16(version);
        writer.WriteInt32(checkpoint.Epoch);
        writer.WriteInt32(checkpoint.StepInEpoch);
        writer.WriteInt64(checkpoint.GlobalStep);
        writer.WriteInt64(checkpoint.Seed);
        writer.WriteInt32(checkpoint.BatchSize);
        writer.WriteInt32(checkpoint.SampleCount);
        writer.WriteBytes(ParseHash(checkpoint.ModelHash, nameof(checkpoint.ModelHash)));
        writer.WriteBytes(ParseHash(checkpoint.DatasetHash, nameof(checkpoint.DatasetHash)));
        writer.WriteInt32(parameters.Length);
        writer.WriteFloats(parameters);
        writer.WriteByte((byte)name.Length);
        writer.WriteBytes(name);
        writer.WriteInt64(optimiser.StepCount);
        writer.WriteByte((byte)optimiser.Slots.Count);
        foreach (var slot in optimiser.Slots)
        {
            if (slot.Length != parameters.Length)
            {
                throw new ArgumentException($"An optimiser vector has {slot.Length} values; the parameters are {parameters.Length}.", nameof(checkpoint));
            }

            writer.WriteFloats(slot);
        }

        if (version > 1)
        {
            writer.WriteByte((byte)optimiser.Scalars.Count);
            foreach (var scalar in optimiser.Scalars)
            {
                writer.WriteInt64(BitConverter.DoubleToInt64Bits(scalar));
            }
        }

        if (checkpoint.Adaptive is { } adaptive)
        {
            Write(ref writer, adaptive);
        }

        SHA256.HashData(bytes.AsSpan(0, bytes.Length - HashBytes), bytes.AsSpan(bytes.Length - HashBytes));
        return bytes;
    }

    /// <summary>Reads a checkpoint; untrusted bytes are safe. The footer is verified before anything is allocated.</summary>
    /// <param name="bytes">The complete file content.</param>
    /// <exception cref="CheckpointFormatException">Truncated, changed, of another version, or with values out of range.</exception>
    public static Checkpoint Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes + HashBytes || !bytes.StartsWith(Magic))
        {
            throw new CheckpointFormatException(
                $"This is no checkpoint: expected at least {FixedBytes + HashBytes} bytes that begin with 'OCCP', found {bytes.Length} bytes.");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (version is 0 or > FormatVersion)
        {
            throw new CheckpointFormatException($"The checkpoint has format version {version}; this build reads versions 1 to {FormatVersion}.");
        }

        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(bytes[..^HashBytes], hash);
        if (!hash.SequenceEqual(bytes[^HashBytes..]))
        {
            throw new CheckpointFormatException(
                $"The checkpoint of {bytes.Length} bytes is truncated or was changed: its SHA-256 is {Convert.ToHexStringLower(hash)}, " +
                $"its footer says {Convert.ToHexStringLower(bytes[^HashBytes..])}. Use an earlier one.");
        }

        var reader = new SpanReader(bytes[..^HashBytes], 6);
        var epoch = reader.ReadInt32("epoch", 0, int.MaxValue);
        var step = reader.ReadInt32("step in epoch", 0, int.MaxValue);
        var globalStep = reader.ReadInt64("global step", 0);
        var seed = reader.ReadInt64("seed", long.MinValue);
        var batchSize = reader.ReadInt32("batch size", 1, int.MaxValue);
        var sampleCount = reader.ReadInt32("sample count", 1, int.MaxValue);
        var modelHash = Convert.ToHexStringLower(reader.ReadBytes(HashBytes, "model hash"));
        var datasetHash = Convert.ToHexStringLower(reader.ReadBytes(HashBytes, "data hash"));
        var count = reader.ReadInt32("parameter count", 1, MaxParameters);
        var parameters = reader.ReadFloats(count, "parameters");
        var name = Encoding.ASCII.GetString(reader.ReadBytes(reader.ReadByte("length of the optimiser's name", 1, MaxOptimiserNameBytes), "optimiser name"));
        var optimiserSteps = reader.ReadInt64("optimiser step count", 0);
        var slots = new float[reader.ReadByte("number of optimiser vectors", 0, MaxOptimiserSlots)][];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = reader.ReadFloats(count, "an optimiser vector");
        }

        var scalars = new double[version > 1 ? reader.ReadByte("number of the optimiser's single numbers", 0, MaxOptimiserScalars) : 0];
        for (var i = 0; i < scalars.Length; i++)
        {
            scalars[i] = BitConverter.Int64BitsToDouble(reader.ReadInt64("a number of the optimiser", long.MinValue));
        }

        var adaptive = version > 2 ? ReadAdaptive(ref reader, sampleCount) : null;
        reader.ExpectEnd();
        return new Checkpoint
        {
            Epoch = epoch,
            StepInEpoch = step,
            GlobalStep = globalStep,
            Seed = seed,
            BatchSize = batchSize,
            SampleCount = sampleCount,
            ModelHash = modelHash,
            DatasetHash = datasetHash,
            Adaptive = adaptive,
            Parameters = parameters,
            Optimiser = new OptimiserState(name, optimiserSteps, slots) { Scalars = scalars },
        };
    }

    private static void Write(ref SpanWriter writer, AdaptiveBatchState state)
    {
        writer.WriteInt32(state.SampleInEpoch);
        writer.WriteInt32(state.BatchSize);
        foreach (var number in (ReadOnlySpan<double>)[state.UsefulSamples, state.Noise.Square, state.Noise.SampleVariance, state.Noise.Weight])
        {
            writer.WriteInt64(BitConverter.DoubleToInt64Bits(number));
        }

        writer.WriteInt64(state.Noise.Count);
        var known = state.LastKnown.GetValueOrDefault();
        writer.WriteByte(state.LastKnown is null ? (byte)0 : (byte)1);
        writer.WriteInt64(BitConverter.DoubleToInt64Bits(known.Square));
        writer.WriteInt64(BitConverter.DoubleToInt64Bits(known.SampleVariance));
    }

    private static AdaptiveBatchState ReadAdaptive(ref SpanReader reader, int sampleCount)
    {
        var sample = reader.ReadInt32("samples used of the epoch", 0, sampleCount);
        var batchSize = reader.ReadInt32("present batch size", 1, int.MaxValue);
        var useful = ReadNumber(ref reader);
        var noise = new GradientNoiseState(ReadNumber(ref reader), ReadNumber(ref reader), ReadNumber(ref reader), reader.ReadInt64("measurements of the noise", 0));
        var isKnown = reader.ReadByte("flag of a known noise", 0, 1) == 1;
        var known = new GradientNoiseEstimate(ReadNumber(ref reader), ReadNumber(ref reader));
        var state = new AdaptiveBatchState(sample, batchSize, useful, noise, isKnown ? known : null);
        return state.IsSound && (isKnown || known == default)
            ? state
            : throw new CheckpointFormatException(
                $"The checkpoint's adaptive batch has the progress {useful}, the noise {noise} and the {(isKnown ? "known" : "unknown")} estimate {known}; allowed: finite " +
                $"numbers, a progress of 0 or more, the weight that the count gives, and an estimate above 0 of {GradientNoiseEstimator.LeastCount} measurements or more, or zeros.");
    }

    private static double ReadNumber(ref SpanReader reader) => BitConverter.Int64BitsToDouble(reader.ReadInt64("a number of the adaptive batch", long.MinValue));

    private static byte[] ParseHash(string hex, string name) =>
        hex.Length == 2 * HashBytes && hex.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(hex)
            : throw new ArgumentException($"{name} is '{hex}'; a SHA-256 has 64 hex digits.");
}
