using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>Immutable arrays where the default one, which System.Text.Json refuses to write, is written as null and comes back as it was.</summary>
internal sealed class ImmutableArrayJsonConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<ImmutableArray<T>>
    {
        public override bool HandleNull => true;

        public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                return default;
            }

            // Bytes are base64 text, as in a byte array.
            var items = JsonSerializer.Deserialize<T[]>(ref reader, options)!;
            return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(items);
        }

        public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsArray(value), options);
    }
}
