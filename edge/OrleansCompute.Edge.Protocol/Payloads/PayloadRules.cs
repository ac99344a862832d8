using System.Collections.Immutable;
using System.Text;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>
/// Rules for values, the same when they are sent and when they are received: null, or a sentence that says what is wrong.
/// </summary>
internal static class PayloadRules
{
    public static string? Count(int count, int min, int max, string what) =>
        count >= min && count <= max ? null : $"{what} has {count} elements; allowed {min} to {max}.";

    public static string? Range(long value, long min, long max, string what) =>
        value >= min && value <= max ? null : $"{what} is {value}; allowed {min} to {max}.";

    public static string? Finite(double value, double min, double max, string what) =>
        value >= min && value <= max && double.IsFinite(value) ? null : $"{what} is {value:R}; allowed: finite, {min} to {max}.";

    public static string? Text(string? text, int maxBytes, string what) => text switch
    {
        null => $"{what} is missing.",
        _ when text.Length > maxBytes || Encoding.UTF8.GetByteCount(text) > maxBytes =>
            $"{what} has {Encoding.UTF8.GetByteCount(text)} bytes; allowed up to {maxBytes}.",
        _ => null,
    };

    public static string? Bytes(ReadOnlyMemory<byte> bytes, int min, int max, string what) =>
        bytes.Length >= min && bytes.Length <= max
            ? null
            : $"{what} has {bytes.Length} bytes; allowed {(min == max ? $"{min}" : $"{min} to {max}")}.";

    public static string? Values(ImmutableArray<NamedValue> values, int min, int max, string what)
    {
        if (values.IsDefault)
        {
            return $"{what} is missing.";
        }

        if (Count(values.Length, min, max, what) is { } error)
        {
            return error;
        }

        for (var i = 0; i < values.Length; i++)
        {
            var (name, value) = values[i];
            if (FabricName.Validate(name, $"a name in {what}") is { } invalid)
            {
                return invalid;
            }

            if (!double.IsFinite(value))
            {
                return $"{what}: '{name}' is {value}; only finite numbers are allowed.";
            }

            // At most 64 values: comparing all pairs costs less than a set.
            for (var j = 0; j < i; j++)
            {
                if (values[j].Name == name)
                {
                    return $"{what}: '{name}' occurs twice; names must differ.";
                }
            }
        }

        return null;
    }
}
