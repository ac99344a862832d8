using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Gavel;

/// <summary>
/// Measured steps a second by accelerator type, job type and scale, from the JSON of Gavel:
/// <c>{type: {"('job type', scale)": {"null": alone, "('other', scale)": [own, other]}}}</c>, the latter of two jobs that share the same
/// accelerators. Immutable.
/// </summary>
public sealed class GavelThroughputs
{
    /// <summary>Largest file, bytes: fifty times the published ones.</summary>
    public const int MaxBytes = 64 << 20;

    private readonly FrozenDictionary<(string Type, string JobType, int Scale), double> _alone;

    private readonly FrozenDictionary<(string Type, string JobType, int Scale, string Other), double> _beside;

    private GavelThroughputs(
        Dictionary<(string Type, string JobType, int Scale), double> alone,
        Dictionary<(string Type, string JobType, int Scale, string Other), double> beside)
    {
        _alone = alone.ToFrozenDictionary();
        _beside = beside.ToFrozenDictionary();
        Types = [.. alone.Keys.Select(key => key.Type).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Accelerator types, in alphabetical order.</summary>
    public ImmutableArray<string> Types { get; }

    /// <summary>Steps a second of a job alone on its accelerators; 0 where it was not measured or cannot run.</summary>
    public double StepsPerSecond(string type, string jobType, int scale) => _alone.GetValueOrDefault((type, jobType, scale));

    /// <summary>Steps a second of a job that shares all its accelerators with another of the same scale; 0 where it was not measured or does not fit.</summary>
    public double StepsPerSecondBeside(string type, string jobType, int scale, string other) => _beside.GetValueOrDefault((type, jobType, scale, other));

    /// <summary>Reads a file.</summary>
    /// <exception cref="TraceFormatException">The file is too large, no JSON, or not of this form; the message names line and column.</exception>
    public static GavelThroughputs Read(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= MaxBytes
            ? Parse(path, File.ReadAllBytes(path))
            : throw new TraceFormatException(path, 0, "", $"the file has {length} bytes; allowed up to {MaxBytes}.");
    }

    /// <summary>Reads text.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="TraceFormatException">It is not of this form.</exception>
    public static GavelThroughputs Parse(string file, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            return ReadTypes(file, json, ref reader);
        }
        catch (JsonException error)
        {
            throw new TraceFormatException(
                file, (int)(error.LineNumber ?? 0) + 1, $"{(error.BytePositionInLine ?? 0) + 1}", $"this is no JSON: {error.Message}");
        }
    }

    private static GavelThroughputs ReadTypes(string file, ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var alone = new Dictionary<(string Type, string JobType, int Scale), double>();
        var beside = new Dictionary<(string Type, string JobType, int Scale, string Other), double>();
        Expect(file, json, ref reader, JsonTokenType.StartObject, "an object of accelerator types");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var type = reader.GetString()!;
            Expect(file, json, ref reader, JsonTokenType.StartObject, "an object of jobs");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (jobType, scale) = JobKey(file, json, ref reader);
                Expect(file, json, ref reader, JsonTokenType.StartObject, "an object with 'null'");
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.ValueTextEquals("null"u8))
                    {
                        alone[(type, jobType, scale)] = Steps(file, json, ref reader);
                        continue;
                    }

                    var (other, otherScale) = JobKey(file, json, ref reader);
                    Expect(file, json, ref reader, JsonTokenType.StartArray, "steps a second of both, [own, other]");
                    var own = Steps(file, json, ref reader);
                    Steps(file, json, ref reader);
                    Expect(file, json, ref reader, JsonTokenType.EndArray, "the end of two numbers");
                    if (own > 0 && otherScale == scale)
                    {
                        beside[(type, jobType, scale, other)] = own;
                    }
                }
            }
        }

        return alone.Count > 0 ? new GavelThroughputs(alone, beside) : throw new TraceFormatException(file, 1, "", "there is no job's throughput.");
    }

    private static double Steps(string file, ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        Expect(file, json, ref reader, JsonTokenType.Number, "steps a second");
        var steps = reader.GetDouble();
        return steps is >= 0 and <= 1e12
            ? steps
            : throw Bad(file, json, reader.TokenStartIndex, string.Create(CultureInfo.InvariantCulture, $"{steps} steps a second; allowed 0 to 1e12."));
    }

    private static (string JobType, int Scale) JobKey(string file, ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var key = reader.GetString()!;
        var comma = key.LastIndexOf("', ", StringComparison.Ordinal);
        return key.StartsWith("('", StringComparison.Ordinal) && key.EndsWith(')') && comma > 1
            && int.TryParse(key.AsSpan(comma + 3, key.Length - comma - 4), NumberStyles.None, CultureInfo.InvariantCulture, out var scale) && scale > 0
            ? (key[2..comma], scale)
            : throw Bad(file, json, reader.TokenStartIndex, $"'{key}' names no job; it must read ('job type', scale).");
    }

    private static void Expect(string file, ReadOnlySpan<byte> json, ref Utf8JsonReader reader, JsonTokenType token, string what)
    {
        reader.Read();
        if (reader.TokenType != token)
        {
            throw Bad(file, json, reader.TokenStartIndex, $"here is {reader.TokenType}; needed {what}.");
        }
    }

    private static TraceFormatException Bad(string file, ReadOnlySpan<byte> json, long at, string problem)
    {
        var before = json[..(int)at];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new TraceFormatException(
            file, before.Count((byte)'\n') + 1, $"{Encoding.UTF8.GetCharCount(before[lineStart..]) + 1}", problem);
    }
}
