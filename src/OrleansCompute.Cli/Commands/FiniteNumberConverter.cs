using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCompute.Cli.Commands;

/// <summary>Writes what is no finite number (a mean of nothing) as null: who reads a number finds a number or nothing, never a text.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
